#include "tests/fuzz/fuzztarget.h"

#include "core/api/apierror.h"

#include <algorithm>
#include <array>

namespace qcc::fuzz {

namespace {

bool isPlainLine(const QString &text)
{
    return std::none_of(text.begin(), text.end(), [](QChar c) {
        const char16_t u = c.unicode();
        return c.category() == QChar::Other_Control || (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069)
            || u == 0x2028 || u == 0x2029;
    });
}

} // namespace

/// The first byte chooses the status.
void runError(QByteArrayView input)
{
    if (input.isEmpty())
        return;
    static constexpr std::array statuses = {400, 401, 402, 403, 404, 429, 500, 0};
    const int status = statuses[static_cast<unsigned char>(input.front()) % statuses.size()];
    const QByteArray body = input.sliced(1).toByteArray();
    const ApiError error = readApiError(status, body);
    QCC_HOLDS(error.type.size() <= 100 && error.code.size() <= 100 && error.message.size() <= 300);
    QCC_HOLDS(isPlainLine(error.type) && isPlainLine(error.code) && isPlainLine(error.message));
    QCC_HOLDS(!error.wait || (error.wait->count() >= 0 && *error.wait <= std::chrono::hours(24)));
    QCC_HOLDS(error.form != ApiError::Form::Page || error.words == ErrorWords());
    // A surrogate that lost its other half would turn into garbage in the log.
    QCC_HOLDS(error.message.isValidUtf16() && error.type.isValidUtf16() && error.code.isValidUtf16());
}

} // namespace qcc::fuzz
