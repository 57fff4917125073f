#include "core/base/result.h"

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct CodeWord {
    ErrorCode code;
    QLatin1String word;
};

constexpr std::array words{
    CodeWord{ErrorCode::Failed, "failed"_L1},
    CodeWord{ErrorCode::Usage, "usage"_L1},
    CodeWord{ErrorCode::NotFound, "not_found"_L1},
    CodeWord{ErrorCode::AlreadyExists, "already_exists"_L1},
    CodeWord{ErrorCode::InvalidConfig, "invalid_config"_L1},
    CodeWord{ErrorCode::ConfigUnreadable, "config_unreadable"_L1},
    CodeWord{ErrorCode::WriteFailed, "write_failed"_L1},
    CodeWord{ErrorCode::PortInUse, "port_in_use"_L1},
    CodeWord{ErrorCode::AlreadyRunning, "already_running"_L1},
    CodeWord{ErrorCode::NotRunning, "not_running"_L1},
    CodeWord{ErrorCode::NotAllowed, "not_allowed"_L1},
    CodeWord{ErrorCode::Timeout, "timeout"_L1},
};

} // namespace

QString toWord(ErrorCode code)
{
    const auto found = std::ranges::find(words, code, &CodeWord::code);
    Q_ASSERT(found != words.end());
    return found->word;
}

ErrorCode errorCodeFromWord(QStringView word)
{
    const auto found = std::ranges::find_if(words, [word](const CodeWord &entry) { return word == entry.word; });
    return found == words.end() ? ErrorCode::Failed : found->code;
}

} // namespace qcc
