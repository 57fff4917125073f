# SECURITY.md says exactly which of a client's credentials never leave: its list and the table in core/forward/credentials.cpp hold the same names.
# cmake -D ROOT=<source root> -P tst_securitydoc.cmake

# The names of the table, an array, sorted.
function(names_of_table array result)
    file(READ ${ROOT}/core/forward/credentials.cpp source)
    string(REGEX MATCH "${array} = {([^}]*)}" found "${source}")
    string(REGEX MATCHALL "\"[a-z0-9]+\"" names "${CMAKE_MATCH_1}")
    list(TRANSFORM names REPLACE "\"" "")
    list(SORT names)
    set(${result} "${names}" PARENT_SCOPE)
endfunction()

# The names of the list on the page as the table has them: lower case, without - and _; sorted.
function(names_of_page title result)
    file(READ ${ROOT}/SECURITY.md page)
    string(REGEX MATCH "\\*\\*${title}\\*\\*: ([^.]*)\\." found "${page}")
    string(REGEX MATCHALL "`[^`]+`" names "${CMAKE_MATCH_1}")
    list(TRANSFORM names REPLACE "[`_-]" "")
    list(TRANSFORM names TOLOWER)
    list(SORT names)
    set(${result} "${names}" PARENT_SCOPE)
endfunction()

names_of_table(names table)
names_of_page(Names page)
list(LENGTH table count)
if(count LESS 10)
    message(FATAL_ERROR "The table was not found")
endif()
if(NOT table STREQUAL page)
    set(missing ${table})
    list(REMOVE_ITEM missing ${page})
    list(REMOVE_ITEM page ${table})
    message(SEND_ERROR "SECURITY.md lacks [${missing}] and has besides [${page}]")
endif()
