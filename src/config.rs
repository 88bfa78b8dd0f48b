//! Settings: one TOML file and the environment; an unknown key is an error that names the nearest known one.
