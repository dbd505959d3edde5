# Writes the file INPUT as the C string SYMBOL into the C source OUTPUT.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x..,){16})" "\\1\n\t" bytes "${bytes}")
file(WRITE ${OUTPUT}
  "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {\n\t${bytes}0x00\n};\n")
