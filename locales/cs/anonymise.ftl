# Anonymizace na příkazové řádce.
cli-anonymise = Zamaskuje, kdo a kde je, v poznámkách po řádcích JSON, na každém jedna {"{"}"id", "lang", "text"{"}"}
cli-anonymise-spans = Jen řekne, kde, co a co je nejisté; text ven nejde
cli-anonymise-own = Vlastní seznam: jména, místa, školy, slova k ponechání
anonymise-error-line = Řádek { $line } není poznámka: { $reason }. Řádky před ním jsou hotové, z tohoto se nic nezapsalo.
anonymise-error-own = Řádku { $line } v souboru { $file } nerozumíme: { $text }. Nic se nenačetlo.
