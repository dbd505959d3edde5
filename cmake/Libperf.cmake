# Target `libperf`: the system's where pkg-config knows one; else built from the kernel source that
# Debian packages (linux-source-*), because Debian packages no libperf.

pkg_check_modules(SYSTEM_LIBPERF QUIET IMPORTED_TARGET libperf)
add_library(libperf INTERFACE)
if(SYSTEM_LIBPERF_FOUND)
  target_link_libraries(libperf INTERFACE PkgConfig::SYSTEM_LIBPERF)
  return()
endif()

file(GLOB archives /usr/src/linux-source-*.tar.xz)
set(WALLFLAME_LINUX_SOURCE "" CACHE FILEPATH "A linux-source-VERSION.tar.xz to build libperf from")
if(WALLFLAME_LINUX_SOURCE)
  set(archives ${WALLFLAME_LINUX_SOURCE})
endif()
if(NOT archives)
  message(FATAL_ERROR "libperf: neither pkg-config nor /usr/src has it: apt-get install "
                      "linux-source-6.1, or set WALLFLAME_LINUX_SOURCE")
endif()
list(GET archives 0 archive)
get_filename_component(tree ${archive} NAME)
string(REGEX REPLACE "\\.tar\\.xz$" "" tree ${tree})

set(libperf_dir ${CMAKE_BINARY_DIR}/libperf)
set(libperf_tools ${libperf_dir}/${tree}/tools)
set(libperf_archives ${libperf_tools}/lib/perf/libperf.a ${libperf_tools}/lib/api/libapi.a)
# Not $(MAKE) and MAKEFLAGS emptied: the kernel's makefiles must not see ours.
# sed: of a record that goes round the end of its ring perf_mmap__read() copies no more than
# sizeof(union perf_event), some 4 kB. Samples with a copy of a user stack are longer: what follows
# would be of an older record. The buffer has room for the longest, 64 kB.
add_custom_command(
  OUTPUT ${libperf_archives}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${libperf_dir}
  COMMAND tar -xJf ${archive} -C ${libperf_dir} ${tree}/tools/lib ${tree}/tools/include
          ${tree}/tools/build ${tree}/tools/scripts ${tree}/tools/arch
  COMMAND sed -i "s/min(sizeof(\\*event), size)/size/" ${libperf_tools}/lib/perf/mmap.c
  COMMAND ${CMAKE_COMMAND} -E env --unset=MAKEFLAGS --unset=CFLAGS make -s -C
          ${libperf_tools}/lib/perf O= libperf.a
  COMMAND ${CMAKE_COMMAND} -E env --unset=MAKEFLAGS --unset=CFLAGS make -s -C
          ${libperf_tools}/lib/api O= libapi.a
  DEPENDS ${archive}
  COMMENT "Building libperf from ${tree}"
  VERBATIM)
add_custom_target(libperf_build DEPENDS ${libperf_archives})
add_dependencies(libperf libperf_build)
target_include_directories(libperf SYSTEM INTERFACE ${libperf_tools}/lib/perf/include)
target_link_libraries(libperf INTERFACE ${libperf_archives})
