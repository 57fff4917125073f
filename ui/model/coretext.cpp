#include "ui/model/coretext.h"

#include "ui/model/coresentences.h"
#include "ui/model/words.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <optional>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QString inUsersLanguage(const QString &coreText, int depth);

/// A sentence of core, or what stands on one side of its first semicolon: what is the matter, and what to do about it.
struct Form {
    enum class Part { Whole, Matter, Step };

    const char *english;
    Part part;
    QString beginning; ///< Up to its first gap.
    QRegularExpression pattern;
    QList<int> gaps;   ///< Their numbers in the whole, in order.
};

const QString semicolon = u"; "_s;

Form formOf(const char *english, Form::Part part, const QString &text)
{
    static const QRegularExpression gap(u"\\\\%([1-9])"_s);
    QString pattern = QRegularExpression::escape(text);
    QList<int> gaps;
    for (const QRegularExpressionMatch &match : gap.globalMatch(pattern))
        gaps << match.capturedView(1).toInt();
    // A status is a number, and whatever follows one is somebody else's.
    pattern.replace(gap, u"(.+?)"_s);
    pattern.replace(u"HTTP\\ (.+?)"_s, u"HTTP\\ (\\d+)"_s);
    return {english, part, text.left(text.indexOf(u'%')),
            QRegularExpression(QRegularExpression::anchoredPattern(pattern), QRegularExpression::DotMatchesEverythingOption), gaps};
}

QList<Form> makeForms()
{
    QList<Form> made, halves;
    for (const char *each : coreSentences) {
        const QString text = QString::fromUtf8(each);
        made << formOf(each, Form::Part::Whole, text);
        if (const qsizetype at = text.indexOf(semicolon); at > 0) {
            halves << formOf(each, Form::Part::Matter, text.first(at));
            // A step that is but a gap may be anything.
            if (const QString step = text.sliced(at + semicolon.size()); !step.startsWith(u'%'))
                halves << formOf(each, Form::Part::Step, step);
        }
    }
    return made + halves;
}

/// The side of a translated sentence that `part` asks for; empty where it has no sides.
QString sideOf(const QString &said, Form::Part part)
{
    if (part == Form::Part::Whole)
        return said;
    static const QRegularExpression border(u"; |\uff1b"_s);
    const QRegularExpressionMatch match = border.match(said);
    if (!match.hasMatch())
        return {};
    return part == Form::Part::Matter ? said.first(match.capturedStart()) : said.sliced(match.capturedEnd());
}

/// `text` where it is one of core's sentences as a whole, or a side of one.
std::optional<QString> known(const QString &text, int depth)
{
    static const QList<Form> forms = makeForms();
    for (const Form &form : forms) {
        // There are many of them, and few can be meant.
        if (!text.startsWith(form.beginning))
            continue;
        const QRegularExpressionMatch match = form.pattern.match(text);
        if (!match.hasMatch())
            continue;
        const QString side = sideOf(QCoreApplication::translate("ProbeText", form.english), form.part);
        if (side.isEmpty())
            continue;
        // In one go: what stands in a gap may hold a "%1" itself. It may be core's, too: a key's fault has its reason there.
        QString said;
        for (qsizetype at = 0; at < side.size(); ++at) {
            const int number = side.at(at) == u'%' && at + 1 < side.size() ? side.at(at + 1).digitValue() : -1;
            if (const qsizetype gap = form.gaps.indexOf(number); gap >= 0) {
                said += inUsersLanguage(match.captured(static_cast<int>(gap) + 1), depth + 1);
                ++at;
            } else {
                said += side.at(at);
            }
        }
        return said;
    }
    return std::nullopt;
}

std::optional<QString> translated(const QString &text, int depth)
{
    const auto said = known(text, depth);
    // A step that stands alone is made a sentence.
    if (said || !text.endsWith(u'.') || !text.at(0).isUpper())
        return said;
    const auto step = known(text.at(0).toLower() + text.sliced(1).chopped(1), depth);
    return step ? std::optional(Words::sentence(*step)) : std::nullopt;
}

/// The first places of `mark` in `text`, since what core says comes before what others say.
QList<qsizetype> placesOf(QLatin1StringView mark, const QString &text)
{
    constexpr qsizetype most = 3;
    QList<qsizetype> places;
    for (qsizetype at = text.indexOf(mark); at >= 0 && places.size() < most; at = text.indexOf(mark, at + 1))
        places << at;
    return places;
}

/// "relay-a: no answer within 5 s; relay-b: HTTP 529 (overloaded_error)", as core tells of several endpoints.
QString withNames(const QString &text, int depth)
{
    constexpr qsizetype mostNames = 12;
    static const QRegularExpression next(u"; (?=[^;]+?: )"_s);
    QStringList parts = text.split(next);
    if (parts.size() > mostNames)
        return text;
    for (QString &part : parts) {
        if (const qsizetype colon = part.indexOf(": "_L1); colon > 0)
            part = part.first(colon + 2) + inUsersLanguage(part.sliced(colon + 2), depth + 1);
    }
    return parts.join(semicolon);
}

/// `depth`: what others say is in there, too, and could be made to hold no end of sentences.
QString inUsersLanguage(const QString &coreText, int depth)
{
    constexpr int deepest = 4;
    constexpr qsizetype longest = 4'000;
    if (coreText.isEmpty() || coreText.size() > longest || depth > deepest)
        return coreText;
    // A sentence and what to do about it. First, because a gap at the end of a sentence would take in the next one.
    for (const qsizetype stop : placesOf(". "_L1, coreText)) {
        const auto first = translated(coreText.first(stop + 1), depth);
        if (const auto second = first ? translated(coreText.sliced(stop + 2), depth) : std::nullopt)
            return *first + (first->endsWith(u'.') ? u" "_s : QString()) + *second;
    }
    if (const auto whole = translated(coreText, depth))
        return *whole;
    // "no TLS connection: certificate has expired": what follows may be somebody else's words, and a sentence of core's, too.
    for (const qsizetype colon : placesOf(": "_L1, coreText)) {
        if (const auto own = translated(coreText.left(colon), depth))
            return *own + ": "_L1 + inUsersLanguage(coreText.sliced(colon + 2), depth + 1);
    }
    // "HTTP 529 (overloaded_error: Overloaded)"
    const qsizetype bracket = coreText.endsWith(u')') ? coreText.indexOf(" ("_L1) : -1;
    if (bracket > 0) {
        if (const auto own = translated(coreText.left(bracket), depth))
            return *own + coreText.sliced(bracket);
    }
    return withNames(coreText, depth);
}

} // namespace

QString inUsersLanguage(const QString &coreText)
{
    return inUsersLanguage(coreText, 0);
}

QStringList knownCoreTexts()
{
    QStringList texts;
    for (const char *each : coreSentences)
        texts << QString::fromUtf8(each);
    return texts;
}

} // namespace qcc
