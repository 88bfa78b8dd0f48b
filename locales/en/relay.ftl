# Texts of the part this file is named after.
