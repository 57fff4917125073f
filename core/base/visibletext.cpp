#include "core/base/visibletext.h"

#include <QJsonObject>

#include <algorithm>
#include <array>
#include <cstdio>

namespace qcc {

namespace {

bool isLineEndOrTab(QChar c)
{
    return c == u'\n' || c == u'\t';
}

/// Nearly all text: printable ASCII, and the scripts of East Asia.
bool isHarmless(QChar c)
{
    return (c.unicode() >= 0x20 && c.unicode() < 0x7f) || (c.unicode() >= 0x3001 && c.unicode() < 0xd800);
}

QString escaped(QChar c)
{
    if (c == u'\n')
        return QStringLiteral("\\n");
    if (c == u'\r')
        return QStringLiteral("\\r");
    if (c == u'\t')
        return QStringLiteral("\\t");
    return QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
}

QString visible(const QString &text, bool keepsLines)
{
    QString line;
    qsizetype taken = 0;
    for (qsizetype at = 0; at < text.size();) {
        const QChar c = text[at];
        if (isHarmless(c)) {
            ++at;
            continue;
        }
        const bool pair = c.isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate();
        const qsizetype next = at + (pair ? 2 : 1);
        const char32_t whole = pair ? QChar::surrogateToUcs4(c, text[at + 1]) : c.unicode();
        if (!(keepsLines && isLineEndOrTab(c)) && isSteering(whole)) {
            line += QStringView(text).sliced(taken, at - taken);
            for (; at < next; ++at)
                line += escaped(text[at]);
            taken = next;
        }
        at = next;
    }
    // Lines without any are the rule, and each line of the log comes by.
    return taken == 0 ? text : line + text.sliced(taken);
}

} // namespace

// Unicode's category of format characters holds what turns the direction, and what is there without being seen: zero-width spaces, the byte
// order mark, the tags in which whole sentences can be hidden. The joiners U+200C and U+200D are of it, too, but words in Persian and
// Hindi and many emoji are misspelt without them, and they do no more than join or part their neighbours.
bool isSteering(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    case QChar::Other_Format:
        return c != 0x200c && c != 0x200d;
    default:
        return false;
    }
}

QString visibleLine(const QString &text)
{
    return visible(text, false);
}

QString visibleLines(const QString &text)
{
    return visible(text, true);
}

QByteArray visibleJson(const QJsonObject &object, QJsonDocument::JsonFormat format)
{
    const QByteArray json = QJsonDocument(object).toJson(format);
    // Of ASCII, JSON itself has escaped all but one.
    const bool isPlain = std::all_of(json.begin(), json.end(), [](char c) { return static_cast<unsigned char>(c) < 0x7f; });
    return isPlain ? json : visibleLines(QString::fromUtf8(json)).toUtf8();
}

QString maskKey(const QByteArray &key)
{
    constexpr qsizetype shownFirst = 3;
    constexpr qsizetype shownLast = 4;
    constexpr qsizetype shortestShown = 16;
    if (key.isEmpty())
        return {};
    const QString dots = QStringLiteral("…");
    if (key.size() < shortestShown)
        return dots;
    return QString::fromLatin1(key.first(shownFirst)) + dots + QString::fromLatin1(key.last(shownLast));
}

QString withoutKey(QString text, const QByteArray &key)
{
    if (key.isEmpty())
        return text;
    const QString stars = QStringLiteral("***");
    // Before the key itself, which may be a part of it. Hexadecimal digits come in both cases.
    text.replace(QString::fromLatin1(key.toPercentEncoding()), stars, Qt::CaseInsensitive);
    // Without padding, which not everybody writes.
    for (const auto alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding})
        text.replace(QString::fromLatin1(key.toBase64(alphabet | QByteArray::OmitTrailingEquals)), stars);
    return text.replace(QString::fromUtf8(key), stars);
}

namespace {

/// As long as the shortest key that is worth stealing, nearly.
constexpr qsizetype shortestKey = 12;

bool isOfKey(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || QStringView(u"-_.+/=~%").contains(c));
}

bool beginsAsKey(QStringView word)
{
    constexpr std::array beginnings{QLatin1StringView("sk-"), QLatin1StringView("sk_"), QLatin1StringView("AIza"), QLatin1StringView("eyJ"),
                                    QLatin1StringView("gsk_"), QLatin1StringView("xai-"), QLatin1StringView("pplx-"), QLatin1StringView("nvapi-"),
                                    QLatin1StringView("hf_"), QLatin1StringView("ghp_"), QLatin1StringView("github_pat_"), QLatin1StringView("AKIA"),
                                    QLatin1StringView("ya29."), QLatin1StringView("cr_"), QLatin1StringView("fk-")};
    return std::ranges::any_of(beginnings, [word](QLatin1StringView beginning) { return word.startsWith(beginning); });
}

/// Whether what comes after `before` is a key by the word that leads to it.
bool leadsToKey(QStringView before)
{
    bool names = false;
    while (!before.isEmpty() && QStringView(u" :=\"'").contains(before.last())) {
        names = names || before.last() == u'=' || before.last() == u':';
        before.chop(1);
    }
    if (before.endsWith(QLatin1StringView("bearer"), Qt::CaseInsensitive))
        return true;
    constexpr std::array words{QLatin1StringView("key"), QLatin1StringView("token"), QLatin1StringView("secret"), QLatin1StringView("password"),
                               QLatin1StringView("authorization")};
    return names && std::ranges::any_of(words, [before](QLatin1StringView word) { return before.endsWith(word, Qt::CaseInsensitive); });
}

} // namespace

QString withoutKeyLikes(const QString &text)
{
    QString kept;
    qsizetype taken = 0;
    for (qsizetype at = 0; at < text.size();) {
        qsizetype end = at;
        while (end < text.size() && isOfKey(text[end]))
            ++end;
        // "key=…" is one word by its signs; its name is none of the key.
        const qsizetype equals = text.indexOf(u'=', at);
        if (equals > at && equals < end - shortestKey && leadsToKey(QStringView(text).first(equals + 1)))
            at = equals + 1;
        const QStringView word = QStringView(text).sliced(at, end - at);
        if (word.size() >= shortestKey && (beginsAsKey(word) || leadsToKey(QStringView(text).first(at)))) {
            kept += QStringView(text).sliced(taken, at - taken);
            kept += u"***";
            taken = end;
        }
        at = std::max(end, at + 1);
    }
    return taken == 0 ? text : kept + text.sliced(taken);
}

QString beginningOf(const QString &text, qsizetype most)
{
    return text.size() <= most ? text : text.first(text[most - 1].isHighSurrogate() ? most - 1 : most);
}

namespace {

void write(std::FILE *stream, QByteArrayView bytes)
{
    std::fwrite(bytes.data(), 1, static_cast<std::size_t>(bytes.size()), stream);
    std::fflush(stream);
}

void print(std::FILE *stream, const QString &line)
{
    write(stream, (visibleLine(line) + u'\n').toUtf8());
}

} // namespace

void printOut(const QString &line)
{
    print(stdout, line);
}

void printError(const QString &line)
{
    print(stderr, line);
}

void printErrorLines(QByteArrayView lines)
{
    write(stderr, lines);
}

} // namespace qcc
