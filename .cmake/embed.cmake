# gatehouse_embed(TARGET NAME FILE HEADER)
# Makes the text of FILE the std::string_view NAME of TARGET, which HEADER declares: nothing to find at run time, nothing to
# forget in a package. NAME is qualified: gatehouse::api::openapi_text.
function(gatehouse_embed TARGET NAME FILE HEADER)
  string(REPLACE "::" "-" plain "${NAME}")
  set(made "${CMAKE_CURRENT_BINARY_DIR}/embedded/${plain}.cpp")
  add_custom_command(OUTPUT "${made}"
    COMMAND "${CMAKE_COMMAND}" -D "IN=${CMAKE_CURRENT_SOURCE_DIR}/${FILE}" -D "OUT=${made}" -D "NAME=${NAME}" -D "HEADER=${HEADER}"
      -P "${CMAKE_SOURCE_DIR}/.cmake/embed.cmake"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${FILE}" "${CMAKE_SOURCE_DIR}/.cmake/embed.cmake" VERBATIM)
  # Longer than the 65536 characters that a compiler must take; ours take more, and clang warns of it.
  set_source_files_properties("${made}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${TARGET} PRIVATE "${made}")
endfunction()

# The step of the build that the function asks for.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${IN}" text)
  file(WRITE "${OUT}" "#include \"${HEADER}\"\n\nconst std::string_view ${NAME} = R\"embedded(${text})embedded\";\n")
endif()
