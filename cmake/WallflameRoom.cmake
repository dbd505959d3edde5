# A room of the design is a static library of its own; what it does not name in ROOMS it cannot link.
#
#   wallflame_room(NAME SOURCES file... [ROOMS room...] [PACKAGES pkg-config-module...])
#
# PACKAGES are private to the room: no public header shows them.

add_library(wallflame_options INTERFACE)
target_compile_definitions(wallflame_options INTERFACE _GNU_SOURCE)
target_compile_options(wallflame_options INTERFACE -Wall -Wextra -Werror -fno-omit-frame-pointer)
if(WALLFLAME_SANITIZE)
  target_compile_options(wallflame_options INTERFACE -fsanitize=address,undefined
                                                     -fno-sanitize-recover=all)
  target_link_options(wallflame_options INTERFACE -fsanitize=address,undefined)
endif()

if(WALLFLAME_FUZZ)
  target_compile_options(wallflame_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Links packages found by pkg-config; their headers are not ours to warn about.
function(wallflame_packages target)
  foreach(package ${ARGN})
    string(MAKE_C_IDENTIFIER pkg_${package} id)
    pkg_check_modules(${id} REQUIRED IMPORTED_TARGET GLOBAL ${package})
    target_include_directories(${target} SYSTEM PRIVATE ${${id}_INCLUDE_DIRS})
    target_link_libraries(${target} PRIVATE PkgConfig::${id})
  endforeach()
endfunction()

function(wallflame_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;PACKAGES" ${ARGN})
  set(target wallflame_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE wallflame_options)
  foreach(room ${ROOM_ROOMS})
    target_link_libraries(${target} PUBLIC wallflame_${room})
  endforeach()
  wallflame_packages(${target} ${ROOM_PACKAGES})
endfunction()

# wallflame_embed(VARIABLE FILE SYMBOL): FILE compiled in as the C string SYMBOL; VARIABLE gets the
# source to add.
function(wallflame_embed variable files symbol)
  list(TRANSFORM files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(script ${CMAKE_SOURCE_DIR}/cmake/embed.cmake)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DINPUT=${files}" -DOUTPUT=${output} -DSYMBOL=${symbol} -P ${script}
    DEPENDS ${files} ${script}
    VERBATIM)
  set(${variable} ${output} PARENT_SCOPE)
endfunction()

# wallflame_proto(VARIABLE FILE): C for the messages of FILE.proto, as protobuf-c makes it; VARIABLE
# gets the source to add, whose header FILE.pb-c.h is found by those that are built beside it.
function(wallflame_proto variable file)
  find_program(PROTOC_C protoc-c REQUIRED)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${file}.pb-c)
  add_custom_command(
    OUTPUT ${output}.c ${output}.h
    COMMAND ${PROTOC_C} --c_out=${CMAKE_CURRENT_BINARY_DIR} --proto_path=${CMAKE_CURRENT_SOURCE_DIR}
            ${CMAKE_CURRENT_SOURCE_DIR}/${file}.proto
    DEPENDS ${file}.proto
    VERBATIM)
  set(${variable} ${output}.c ${output}.h PARENT_SCOPE)
endfunction()
