//! The key file: passphrase to identity, line seeds, house keys, casebook key.
