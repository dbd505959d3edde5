# Writes the files INPUT, one after the other, as the C string SYMBOL into the C source OUTPUT.
set(bytes "")
foreach(input IN LISTS INPUT)
  file(READ ${input} more HEX)
  string(APPEND bytes "${more}")
endforeach()
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x..,){16})" "\\1\n\t" bytes "${bytes}")
file(WRITE ${OUTPUT}
  "extern const char ${SYMBOL}[];\nconst char ${SYMBOL}[] = {\n\t${bytes}0x00\n};\n")
