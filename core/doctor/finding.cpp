#include "core/doctor/finding.h"

#include <QJsonArray>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct Words {
    Mark mark;
    const char16_t *sentence;
    const char16_t *step;
};

#define QCC_FINDING_WORDS(name, word, mark, sentence, step) Words{Mark::mark, u"" sentence, u"" step},
constexpr std::array allFindings{QCC_FINDINGS(QCC_FINDING_WORDS)};

const Words &wordsOf(FindingKind kind)
{
    return allFindings[static_cast<std::size_t>(kind)];
}

/// In one go: a value may hold a "%1" itself.
QString filled(const char16_t *pattern, const QStringList &values)
{
    const QStringView from(pattern);
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

qsizetype countOf(Mark mark, const QList<Finding> &findings)
{
    return std::ranges::count_if(findings, [mark](const Finding &finding) { return markOf(finding.kind) == mark; });
}

QString counted(qsizetype number, const QString &one, const QString &more)
{
    return number == 1 ? u"1 "_s + one : QString::number(number) + u' ' + more;
}

} // namespace

Mark markOf(FindingKind kind)
{
    return wordsOf(kind).mark;
}

QString sentence(const Finding &finding)
{
    const QStringView pattern(wordsOf(finding.kind).sentence);
    QString text = filled(wordsOf(finding.kind).sentence, finding.values);
    // Words of others that are all of it were the rest of a sentence, perhaps.
    if (pattern.startsWith(u"%1") && pattern.size() <= 3 && !text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text;
}

QString nextStep(const Finding &finding)
{
    return filled(wordsOf(finding.kind).step, finding.values);
}

bool hasProblem(const QList<Finding> &findings)
{
    return countOf(Mark::Problem, findings) > 0;
}

QString summary(const QList<Finding> &findings)
{
    const qsizetype problems = countOf(Mark::Problem, findings), warnings = countOf(Mark::Warning, findings), unknown = countOf(Mark::NotChecked, findings);
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
                                  {"mark"_L1, toWord(markOf(finding.kind))},
                                  {"finding"_L1, toWord(finding.kind)},
                                  {"text"_L1, sentence(finding)},
                                  {"next_step"_L1, nextStep(finding)}});
    }
    QJsonObject json{{"checks"_L1, checks}, {"summary"_L1, summary(findings)}};
    for (const Mark mark : EnumTable<Mark>::values)
        json.insert(toWord(mark), countOf(mark, findings));
    return json;
}

} // namespace qcc
