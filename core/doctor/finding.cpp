#include "core/doctor/finding.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Verdict mark;
    const char *sentence;
    const char *step;
};

#define QCC_FINDING_WORDS(name, word, mark, sentence, step) Words{Verdict::mark, sentence, step},
constexpr std::array allFindings{QCC_FINDINGS(QCC_FINDING_WORDS)};

const Words &wordsOf(FindingKind kind)
{
    return allFindings[static_cast<std::size_t>(kind)];
}

/// In one go: a value may hold a "%1" itself.
QString filled(QStringView from, const QStringList &values)
{
    QString text;
    for (qsizetype at = 0; at < from.size(); ++at) {
        const int place = from[at] == u'%' && at + 1 < from.size() ? from[at + 1].digitValue() : -1;
        if (place < 1) {
            text += from[at];
            continue;
        }
        text += values.value(place - 1);
        ++at;
    }
    return text;
}

qsizetype countOf(Verdict mark, const QList<Finding> &findings)
{
    return std::ranges::count_if(findings, [mark](const Finding &finding) { return verdictOf(finding.kind) == mark; });
}

QString counted(qsizetype number, const QString &one, const QString &more)
{
    return number == 1 ? u"1 "_s + one : QString::number(number) + u' ' + more;
}

} // namespace

Verdict verdictOf(FindingKind kind)
{
    return wordsOf(kind).mark;
}

QString inEnglish(const char *pattern)
{
    return QString::fromUtf8(pattern);
}

QString sentence(const Finding &finding, PatternWords words)
{
    const QString pattern = words(wordsOf(finding.kind).sentence);
    QString text = filled(pattern, finding.values);
    // Words of others that are all of it were the rest of a sentence, perhaps. A file or a host is spelled as it stands.
    static const QRegularExpression plainWord(u"\\A\\p{Ll}+(?=[ ,;:]|\\.?\\z)"_s);
    if (pattern.startsWith("%1"_L1) && pattern.size() <= 3 && plainWord.match(text).hasMatch())
        text[0] = text.at(0).toUpper();
    return text;
}

QString nextStep(const Finding &finding, PatternWords words)
{
    const char *step = wordsOf(finding.kind).step;
    // Nothing is what others call the beginning of a catalogue.
    return *step == '\0' ? QString() : filled(words(step), finding.values);
}

bool hasProblem(const QList<Finding> &findings)
{
    return countOf(Verdict::Problem, findings) > 0;
}

QString summary(const QList<Finding> &findings)
{
    const qsizetype problems = countOf(Verdict::Problem, findings), warnings = countOf(Verdict::Warning, findings), unknown = countOf(Verdict::NotChecked, findings);
    QStringList parts;
    if (problems > 0)
        parts.append(counted(problems, u"problem"_s, u"problems"_s));
    if (warnings > 0)
        parts.append(counted(warnings, u"warning"_s, u"warnings"_s));
    const QString found = parts.isEmpty() ? u"Nothing is wrong"_s : parts.join(u", "_s);
    return (unknown > 0 ? u"%1; %2 not checked."_s.arg(found).arg(unknown) : found + u'.');
}

QJsonObject findingsJson(const QList<Finding> &findings)
{
    QJsonArray checks;
    for (const Finding &finding : findings) {
        checks.append(QJsonObject{{"check"_L1, toWord(finding.check)},
                                  {"subject"_L1, finding.subject},
                                  {"mark"_L1, toWord(verdictOf(finding.kind))},
                                  {"finding"_L1, toWord(finding.kind)},
                                  {"text"_L1, sentence(finding)},
                                  {"next_step"_L1, nextStep(finding)}});
    }
    QJsonObject json{{"checks"_L1, checks}, {"summary"_L1, summary(findings)}};
    for (const Verdict mark : EnumTable<Verdict>::values)
        json.insert(toWord(mark), countOf(mark, findings));
    return json;
}

} // namespace qcc
