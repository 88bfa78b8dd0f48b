# The anonymiser on the command line.
cli-anonymise = Masks who and where somebody is in notes that come as JSON lines, one {"{"}"id", "lang", "text"{"}"} each
cli-anonymise-spans = Only say where, what, and what is doubtful; the text stays out
cli-anonymise-own = A list of your own: names, places, schools, words to keep
anonymise-error-line = Line { $line } is not a note: { $reason }. The lines before it are done; nothing of this one was written.
anonymise-error-own = Line { $line } of { $file } is not understood: { $text }. Nothing was read.
