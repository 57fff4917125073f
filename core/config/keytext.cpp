#include "core/config/keytext.h"

#include "core/base/visibletext.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Quotes of many languages, the opening ones with those that close them.
constexpr std::array<std::pair<char16_t, char16_t>, 9> quotes{{{u'"', u'"'},
                                                              {u'\'', u'\''},
                                                              {u'`', u'`'},
                                                              {u'\u201c', u'\u201d'},
                                                              {u'\u2018', u'\u2019'},
                                                              {u'\u201e', u'\u201c'},
                                                              {u'\u00ab', u'\u00bb'},
                                                              {u'\u300c', u'\u300d'},
                                                              {u'\u300e', u'\u300f'}}};

bool isQuote(QChar c)
{
    return std::ranges::any_of(quotes, [c](const auto &pair) { return c == pair.first || c == pair.second; });
}

/// As `c` was meant: nothing for what has no width.
QString plain(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    const bool selectsVariation = (c >= 0xfe00 && c <= 0xfe0f) || c == 0x034f;
    if (category == QChar::Other_Format || selectsVariation)
        return {};
    if (category == QChar::Separator_Space)
        return u" "_s;
    if (category == QChar::Separator_Line || category == QChar::Separator_Paragraph)
        return u"\n"_s;
    constexpr char32_t fullWidth = 0xff01;
    constexpr char32_t lastFullWidth = 0xff5e;
    if (c >= fullWidth && c <= lastFullWidth)
        return QString(QChar(char16_t(c - fullWidth + u'!')));
    return QString::fromUcs4(&c, 1);
}

QString withoutQuotes(const QString &text)
{
    const bool quoted = text.size() >= 2 && std::ranges::any_of(quotes, [&text](const auto &pair) {
        return text.front() == pair.first && text.back() == pair.second;
    });
    return quoted ? text.sliced(1, text.size() - 2).trimmed() : text;
}

QString withoutPrefix(const QString &text)
{
    static const QRegularExpression prefix(u"^(?:(?:authorization|x-api-key|api-key|x-goog-api-key)\\s*:\\s*|bearer\\s+)"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    return QString(text).remove(prefix);
}

KeyText fault(KeyFault what, QStringView character = {})
{
    return {{}, what, character.toString()};
}

KeyText checked(const QString &key)
{
    const auto holds = [&key](auto is) { return std::ranges::any_of(key, is); };
    if (holds([](QChar c) { return c == u'\n' || c == u'\r'; }))
        return fault(KeyFault::LineBreak);
    if (holds([](QChar c) { return c == u' ' || c == u'\t'; }))
        return fault(KeyFault::Space);
    if (holds([](QChar c) { return c.category() == QChar::Other_Control; }))
        return fault(KeyFault::Control);
    if (holds(isQuote))
        return fault(KeyFault::Quote);
    if (holds([](QChar c) { return c == u'\u2026' || c == u'\u2022' || c == u'\u25cf'; }) || key.contains("***"_L1))
        return fault(KeyFault::Masked);
    for (qsizetype at = 0; at < key.size(); ++at) {
        if (key.at(at).unicode() > 0x7e)
            return fault(KeyFault::Foreign, QStringView(key).sliced(at, key.at(at).isHighSurrogate() && at + 1 < key.size() ? 2 : 1));
    }
    return {key, KeyFault::None, {}};
}

} // namespace

KeyText readKey(const QString &text)
{
    QString key;
    const QList<uint> characters = text.toUcs4();
    for (const uint c : characters)
        key += plain(c);
    for (QString before; key != before;) {
        before = key;
        key = withoutPrefix(withoutQuotes(key.trimmed()));
    }
    return checked(key);
}

QString faultText(const KeyText &key)
{
    switch (key.fault) {
    case KeyFault::None:
        return {};
    case KeyFault::LineBreak:
        return u"holds a line break (were two lines copied?)"_s;
    case KeyFault::Space:
        return u"holds a space (was something else copied along with it?)"_s;
    case KeyFault::Control:
        return u"holds control characters"_s;
    case KeyFault::Quote:
        return u"holds a quote"_s;
    case KeyFault::Masked:
        return u"is masked, as it is shown somewhere, and not the key itself"_s;
    case KeyFault::Foreign:
        return u"holds \"%1\", which no key has"_s.arg(visibleLine(key.character));
    }
    Q_UNREACHABLE();
}

} // namespace qcc
