# Writes OUTPUT, one designated initializer a system call, from the macros that the compiler CC sees
# in <asm/unistd_64.h>.
execute_process(COMMAND ${CC} -E -dM -x c -include asm/unistd_64.h /dev/null
                OUTPUT_VARIABLE macros COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "#define __NR_[a-z0-9_]+ [0-9]+\n" lines "${macros}")
list(LENGTH lines count)
if(count LESS 300)
  message(FATAL_ERROR "only ${count} system calls found in <asm/unistd_64.h>")
endif()
set(table "")
foreach(line ${lines})
  string(REGEX REPLACE "#define __NR_([a-z0-9_]+) ([0-9]+)\n" "[\\2] = \"\\1\",\n" row "${line}")
  string(APPEND table "${row}")
endforeach()
file(WRITE ${OUTPUT} "${table}")
