#include "core/api/tokenusage.h"

#include "core/http/jsonscan.h"

#include <algorithm>

namespace qcc {

namespace {

/// No answer costs as much: whoever says so means something else, or nothing good.
constexpr qint64 mostTokens = 1'000'000'000'000;

std::optional<qint64> count(QByteArrayView token)
{
    if (token.isEmpty() || !std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool fits = false;
    const qint64 number = token.toLongLong(&fits);
    return fits && number <= mostTokens ? std::optional(number) : std::nullopt;
}

/// The sum of members, of which each counts once.
struct Sum {
    std::optional<qint64> total;
    unsigned seen = 0;
    bool odd = false;

    void add(const std::initializer_list<std::string_view> &names, QByteArrayView key, QByteArrayView token)
    {
        unsigned place = 1;
        for (const std::string_view name : names) {
            if (key == QByteArrayView(name.data(), static_cast<qsizetype>(name.size())) && !(seen & place)) {
                seen |= place;
                if (token == "null")
                    return;
                const std::optional<qint64> more = count(token);
                odd = odd || !more;
                total = total.value_or(0) + more.value_or(0);
            }
            place <<= 1;
        }
    }
    std::optional<qint64> value() const { return odd ? std::nullopt : total; }
};

} // namespace

void TokenUsage::take(const TokenUsage &said)
{
    if (said.input)
        input = said.input;
    if (said.output)
        output = said.output;
}

TokenUsage usageAt(JsonReader &reader, const UsageNames &names)
{
    if (reader.begins() != '{' || !reader.enter()) {
        reader.skip();
        return {};
    }
    Sum input, output;
    while (const auto key = reader.nextKey()) {
        if (reader.begins() == '{' || reader.begins() == '[')
            continue;
        const QByteArrayView token = reader.value();
        input.add(names.input, *key, token);
        output.add(names.output, *key, token);
    }
    reader.leave();
    return {input.value(), output.value()};
}

} // namespace qcc
