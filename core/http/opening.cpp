#include "core/http/opening.h"

#include "core/http/jsonscan.h"

namespace qcc {

namespace {

QByteArrayView withoutBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r'))
        text = text.sliced(1);
    return text;
}

/// Whether the text begins like a page; of one that is short, whether it still may.
bool beginsLikeHtml(QByteArrayView text, Extent extent)
{
    for (const QByteArrayView page : {QByteArrayView("<!doctype html"), QByteArrayView("<html")}) {
        if (text.size() < page.size() && extent == Extent::Everything)
            continue;
        const qsizetype comparable = qMin(text.size(), page.size());
        if (comparable > 0 && text.first(comparable).compare(page.first(comparable), Qt::CaseInsensitive) == 0)
            return true;
    }
    return false;
}

OpeningVerdict judgeArray(QByteArrayView text, Extent extent)
{
    // Gemini streams its answer as an array when it is not asked for events; its elements are of use one by one.
    constexpr QByteArrayView error("\"error\"");
    const QByteArrayView element = withoutBlanks(text.sliced(1));
    const QByteArrayView member = element.startsWith('{') ? withoutBlanks(element.sliced(1)) : QByteArrayView();
    if (member.startsWith(error))
        return {Opening::Bad, QStringLiteral("an error inside a 200")};
    const bool mayBecomeOne = element.isEmpty() || (element.startsWith('{') && error.startsWith(member));
    if (mayBecomeOne && extent == Extent::Part)
        return {};
    return {Opening::Content, {}};
}

} // namespace

bool isErrorObject(QByteArrayView json)
{
    if (stringMember(json, "type") == QByteArray("error"))
        return true;
    const std::optional<TextRange> error = findMember(json, "error");
    if (!error || json.sliced(error->at, error->length) == QByteArrayView("null"))
        return false;
    // A stored response that failed says so in a member of the same name, and is an answer.
    return !findMember(json, "id") && !findMember(json, "choices") && !findMember(json, "output") && !findMember(json, "candidates");
}

OpeningVerdict judgeOpening(QByteArrayView contentType, QByteArrayView beginning, Extent extent)
{
    const QByteArrayView text = withoutBlanks(beginning);
    if (contentType.startsWith("text/html") || beginsLikeHtml(text, Extent::Everything))
        return {Opening::Bad, QStringLiteral("an HTML page instead of an answer")};
    if (text.isEmpty())
        return extent == Extent::Everything ? OpeningVerdict{Opening::Bad, QStringLiteral("an empty answer")} : OpeningVerdict{};
    if (text.startsWith('{')) {
        if (extent == Extent::Part)
            return {};
        if (isErrorObject(text))
            return {Opening::Bad, QStringLiteral("an error inside a 200")};
        return {Opening::Content, {}};
    }
    if (text.startsWith('['))
        return judgeArray(text, extent);
    // A page may hide behind any type, and its first bytes may come one by one.
    if (extent == Extent::Part && beginsLikeHtml(text, extent))
        return {};
    return {Opening::Content, {}};
}

} // namespace qcc
