# Checks which layer includes what, that each foreign API is used in one file only, and that files are neither crumbs nor heaps.
# cmake -D ROOT=<source root> -P tst_layering.cmake

cmake_minimum_required(VERSION 3.25)

# The rooms of core, the lowest first: each sees only those before it, so that there is no circle.
set(rooms base http api keys config facts log forward journal history routing upstream exchange health front plane control report import clients demo service doctor)

# Layer, includes that it must not have, why.
set(rules
    core "^(ui|app)/" "core knows nothing above it"
    core "^(QtWidgets|QtGui|QtSvg|QtSvgWidgets)/" "core knows no screen"
    core "^Q(Application|GuiApplication|Widget|Menu|Action|Icon|Pixmap|Image|Painter|Color|Palette|Font|Clipboard|Style|Dialog|MessageBox|Window|Screen|Label|SystemTrayIcon|Svg[A-Za-z]*)$" "core knows no screen"
    ui "^app/" "ui knows nothing above it"
    ui "^core/(keys|http|api|forward|journal|history|routing|upstream|exchange|health|front|plane|control|report|demo|service)/" "ui sees only values of core"
    ui "^core/doctor/(checks|doctor)\\.h$" "ui sees only values of core"
    ui "^(QtNetwork|QtHttpServer|QtWebSockets)/" "ui opens no socket"
    ui "^Q(Network[A-Za-z]*|Http[A-Za-z0-9]*|AbstractHttpServer|AbstractSocket|Tcp[A-Za-z]+|Udp[A-Za-z]+|Local(Server|Socket)|Ssl[A-Za-z]+|WebSocket[A-Za-z]*|Dns[A-Za-z]+|Host(Address|Info))$" "ui opens no socket")

# Foreign API, the files that own it.
set(owners
    "spdlog(/|::)" "^core/log/logfile\\.cpp$"
    "toml\\+\\+|toml::" "^core/base/toml\\.(h|cpp)$"
    "QSql[A-Z]|sqlite3" "^core/base/sqlitefile\\.(h|cpp)$"
    # Nothing may verify less than Qt does by itself: there is no switch for it, not even for tests.
    "ignoreSslErrors|VerifyNone|QueryPeer|setPeerVerifyMode|setPeerVerifyDepth" "^nowhere$"
    # An endpoint is asked by way of UpstreamPool::send() alone, and answers with our own words for what went wrong.
    "QNetworkAccessManager" "^core/upstream/(upstreampool|upstreamreply)\\.(h|cpp)$"
    "QNetworkRe(ply|quest)" "^core/upstream/"
    "QHttpServer|QAbstractHttpServer" "^core/front/dispatcher\\.(h|cpp)$"
    "QLocalS(ocket|erver)" "^core/control/"
    # QtHttpServer takes its sockets from a server; the demo is an upstream of its own.
    "QSslSocket|QTcpSocket" "^core/(upstream/(upstreamconnection|addressrace|tlstrust)|front/(clientconnection(websocket)?|httpfrontend|dispatcher)|demo/demo[a-z]+)\\.(h|cpp)$"
    "QTcpServer" "^core/(plane/acceptor|front/dispatcher|demo/demoupstream)\\.(h|cpp)$"
    "QNetworkProxyFactory" "^core/upstream/proxyrules\\.cpp$"
    "QHostInfo" "^core/upstream/(hostresolver|ownaddress)\\.cpp$"
    "epoll_" "^core/(base/eventdispatcher|plane/waitingconnections)_linux\\.cpp$"
    "tcpi_|TCP_INFO," "^core/(base/sockets|front/peeruser)_linux\\.cpp$"
    "(^|[^A-Za-z_])inflate(Init|End)?[2]?\\(|<zlib" "^core/http/zlibdecoder\\.cpp$"
    "[bB]rotliDecoder[A-Z]|<brotli" "^core/http/brotlidecoder\\.cpp$"
    "nghttp2_|<nghttp2" "^core/http/http2session\\.cpp$"
    "ZSTD_|<zstd" "^core/http/zstddecoder\\.cpp$"
    "malloc_(trim|usable)" "^core/base/systemresources\\.cpp$"
    # What is drawn over time, screens draw themselves.
    "Qt6?Charts|QChart" "^nowhere$"
    "QKeychain" "^core/keys/keychain_qt\\.cpp$"
    "EVP_(En|De)crypt" "^core/keys/sealing\\.cpp$"
    "ERR_(clear|peek|get|pop)_" "^core/base/opensslerrors\\.h$"
    "X509_|PEM_" "^core/config/clientidentity\\.cpp$"
    "QDBus|QtDBus" "^app/platform/notify_linux\\.cpp$"
    "QSystemTrayIcon" "^ui/tray/trayicon\\.(h|cpp)$"
    # Words of others reach a terminal by way of what makes them visible.
    "[(,] ?std(out|err)[),]|std::(cout|cerr|clog)|printf\\(|(fputs|fwrite|puts)\\(" "^(app/cli/terminal|core/base/visibletext)\\.cpp$"
    "qInstallMessageHandler" "^core/log/logfile\\.cpp$"
    # Words of others are shown as they are: nothing guesses whether they are HTML.
    "new QLabel|QToolTip::showText|AutoText" "^ui/widgets/plaintext\\.(h|cpp)$"
    "setTextFormat\\(" "^ui/(widgets/plaintext|tray/traymenu)\\.cpp$"
    "(->|\\.)setToolTip\\(" "^ui/(widgets/plaintext|tray/trayicon)\\.cpp$"
    "QMessageBox" "^ui/(tray/traymenu\\.(h|cpp)|widgets/plaintext\\.cpp)$"
    "addRow\\((tr\\(|u\"|QStringLiteral)|QErrorMessage|QInputDialog|QProgressDialog|QStatusBar|setStatusTip|setWhatsThis" "^nowhere$")

# Folder, what nothing in it may say, why.
set(strangers
    "^core/http/" "[Aa]nthropic|ANTHROPIC|[Oo]pen[Aa][Ii]|OPENAI|[Gg]emini|[Gg]oog|[Cc]laude|[Cc]odex|[Cc]hat[Gg][Pp][Tt]|[Dd]eep[Ss]eek|[Qq]wen" "what a vendor means belongs to core/api")

# More than these are a house in which nothing is found: look for neighbours that change together before you add one.
set(most_files 641)
# 300 is where one looks for a second reason to change; here it is too late.
set(most_lines 400)

# What a line holds, what it must hold with it.
set(companions
    "ToolTipRole" "case Qt::ToolTipRole: return plainToolTip\\("
    "m_icon\\.(setToolTip|showMessage)" "markupFree|\\(toolTip\\)")

set(violations 0)
function(report file message)
    message(SEND_ERROR "${file}: ${message}")
    math(EXPR violations "${violations} + 1")
    set(violations ${violations} PARENT_SCOPE)
endfunction()

set(scanned 0)
set(cited "")
foreach(layer core ui app)
    file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${layer}/*.h ${ROOT}/${layer}/*.cpp ${ROOT}/${layer}/*.mm)
    foreach(file IN LISTS files)
        math(EXPR scanned "${scanned} + 1")
        file(STRINGS ${ROOT}/${file} includes REGEX "^[ \t]*#[ \t]*include")
        foreach(line IN LISTS includes)
            string(REGEX REPLACE "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]*).*" "\\1" header "${line}")
            if(file MATCHES "^core/([a-z]+)/" AND NOT header STREQUAL "core/precompiled.h")
                set(room ${CMAKE_MATCH_1})
                list(FIND rooms ${room} place)
                if(place LESS 0)
                    report(${file} "lies in a room that is not in the list")
                endif()
                if(header MATCHES "^core/([a-z]+)/" AND NOT CMAKE_MATCH_1 STREQUAL room)
                    list(FIND rooms ${CMAKE_MATCH_1} other)
                    if(other LESS 0 OR other GREATER place)
                        report(${file} "includes ${header}, but ${CMAKE_MATCH_1} is not below ${room}")
                    endif()
                endif()
            endif()
            set(remaining ${rules})
            while(remaining)
                list(POP_FRONT remaining rule_layer pattern reason)
                if(layer STREQUAL rule_layer AND header MATCHES "${pattern}")
                    report(${file} "includes ${header}, but ${reason}")
                endif()
            endwhile()
        endforeach()

        set(remaining ${strangers})
        while(remaining)
            list(POP_FRONT remaining folder pattern reason)
            if(file MATCHES "${folder}")
                file(STRINGS ${ROOT}/${file} uses REGEX "${pattern}" LIMIT_COUNT 1)
                if(uses)
                    report(${file} "says \"${uses}\", but ${reason}")
                endif()
            endif()
        endwhile()

        file(READ ${ROOT}/${file} text)
        string(REGEX MATCHALL "ARCH-[0-9]+" ids "${text}")
        list(APPEND cited ${ids})
        string(REGEX REPLACE "[^\n]+" "" ends "${text}")
        string(LENGTH "${ends}" lines)
        if(lines GREATER most_lines)
            report(${file} "has ${lines} lines, more than ${most_lines}: it has a second reason to change")
        endif()
        # What is left of a file without what declares nothing itself.
        string(REGEX REPLACE "//[^\n]*|/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
        string(REGEX REPLACE "(^|\n)[ \t]*#[^\n]*" "\n" text "${text}")
        string(REGEX REPLACE "(using|class|struct|enum class) [^;{]*;|namespace [A-Za-z_:]*[ \t]*{|}" "" text "${text}")
        if(text MATCHES "^[ \t\n]*$" AND NOT file MATCHES "/precompiled\\.h$")
            report(${file} "only forwards to others: include those")
        endif()

        set(remaining ${companions})
        while(remaining)
            list(POP_FRONT remaining pattern companion)
            file(STRINGS ${ROOT}/${file} lines REGEX "${pattern}")
            foreach(line IN LISTS lines)
                if(NOT line MATCHES "${companion}")
                    report(${file} "says ${pattern} without ${companion}")
                endif()
            endforeach()
        endwhile()

        set(remaining ${owners})
        while(remaining)
            list(POP_FRONT remaining api owner)
            # What is precompiled is named there for speed alone.
            if(NOT file MATCHES "${owner}|/precompiled\\.h$")
                file(STRINGS ${ROOT}/${file} uses REGEX "${api}" LIMIT_COUNT 1)
                if(uses)
                    report(${file} "uses ${api}, which belongs to ${owner}")
                endif()
            endif()
        endwhile()
    endforeach()
endforeach()

# Qt Test calls slots alone: a test below "private:" would be one that cannot fail.
file(GLOB_RECURSE suites RELATIVE ${ROOT} ${ROOT}/tests/tst_*.cpp)
foreach(file IN LISTS suites)
    file(READ ${ROOT}/${file} text)
    string(FIND "${text}" "\nprivate:\n" last REVERSE)
    if(last EQUAL -1)
        continue()
    endif()
    string(SUBSTRING "${text}" ${last} -1 rest)
    if(rest MATCHES "Q_SLOTS")
        continue()
    endif()
    string(REGEX MATCHALL "\n    void [A-Za-z0-9]+\\(\\)" functions "${rest}")
    foreach(function IN LISTS functions)
        string(REGEX REPLACE ".* ([A-Za-z0-9]+)\\(\\)" "\\1" name "${function}")
        string(REGEX MATCHALL "[^A-Za-z0-9]${name}[^A-Za-z0-9_]" mentions "${text}")
        list(LENGTH mentions times)
        if(times LESS 2)
            report(${file} "hides ${name}() from Qt Test")
        endif()
    endforeach()
endforeach()

if(scanned EQUAL 0)
    message(FATAL_ERROR "No source below ${ROOT}")
endif()
# Decisions that cut across have an id that code cites where a reader meets what follows.
file(READ ${ROOT}/ARCHITECTURE.md text)
string(REGEX MATCHALL "\\| ARCH-[0-9]+ \\|" ids "${text}")
list(TRANSFORM ids REPLACE "[| ]" "")
list(REMOVE_DUPLICATES cited)
foreach(id IN LISTS cited)
    if(NOT id IN_LIST ids)
        report(ARCHITECTURE.md "has no ${id}, which code cites")
    endif()
endforeach()
foreach(id IN LISTS ids)
    if(NOT id IN_LIST cited)
        report(ARCHITECTURE.md "has ${id}, which no code cites")
    endif()
endforeach()

if(scanned GREATER most_files)
    report("core, ui, app" "have ${scanned} files, more than ${most_files}")
endif()
message(STATUS "${scanned} files looked at, ${violations} violations")
