#include "tests/support/answercase.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

/// What stands between two lines that begin with "== ".
struct Section {
    QList<QByteArray> words;
    QByteArray text;
    int line = 0;

    bool has(const char *option) const { return words.contains(option); }
};

constexpr std::array settingNames{"modes", "max_attempts", "per_endpoint", "strategy", "map", "base a", "base b", "read"};
constexpr std::array expectationKeys{"status", "outcome", "attempts", "requests", "connections", "standing", "client", "ends", "header",
                                     "contains", "lacks", "says", "waits", "model", "target", "sent"};

template <typename Names>
bool isAmong(const QByteArray &name, const Names &names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

QList<Section> sectionsOf(const QByteArray &text)
{
    QList<Section> sections{{}};
    qsizetype at = 0;
    for (int number = 1; at < text.size(); ++number) {
        const qsizetype end = text.indexOf('\n', at);
        const QByteArray line = text.sliced(at, end < 0 ? -1 : end + 1 - at);
        at += line.size();
        if (!line.startsWith("== ")) {
            sections.last().text += line;
            continue;
        }
        QList<QByteArray> words = line.sliced(3).simplified().split(' ');
        sections.append(Section{words, {}, number});
    }
    return sections;
}

/// Reads \xNN, \r, \n, \t and \\.
QByteArray unescaped(const QByteArray &text)
{
    QByteArray plain;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        const char what = text[++i];
        if (what == 'x' && i + 2 < text.size()) {
            plain += QByteArray::fromHex(text.sliced(i + 1, 2));
            i += 2;
        } else {
            plain += what == 'r' ? '\r' : what == 'n' ? '\n' : what == 't' ? '\t' : what;
        }
    }
    return plain;
}

/// The text with what the section's options make of it.
QByteArray bytesOf(const Section &section, QByteArray text)
{
    if (section.has("no-newline") && text.endsWith('\n'))
        text.chop(1);
    if (section.has("crlf"))
        text.replace("\n", "\r\n");
    if (section.has("cr"))
        text.replace('\n', '\r');
    return section.has("escapes") ? unescaped(text) : text;
}

/// Takes the lines up to the blank one off the text.
QList<QByteArray> takeHead(QByteArray &text)
{
    QList<QByteArray> lines;
    while (!text.isEmpty()) {
        const qsizetype end = text.indexOf('\n');
        const QByteArray line = text.first(end < 0 ? text.size() : end);
        text.remove(0, line.size() + 1);
        if (line.isEmpty())
            break;
        lines.append(line);
    }
    return lines;
}

RawHeaders headersOf(const QList<QByteArray> &lines)
{
    RawHeaders headers;
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        headers.append({line.first(std::max<qsizetype>(colon, 0)), line.sliced(colon + 1).trimmed()});
    }
    return headers;
}

class Reader
{
public:
    Result<AnswerCase> read(const QByteArray &text)
    {
        const QList<Section> sections = sectionsOf(text);
        m_case.prose = sections.first().text.trimmed();
        if (m_case.prose.isEmpty())
            return failure(1, "a case begins with what it shows");
        for (const Section &section : sections.sliced(1)) {
            if (const char *problem = take(section))
                return failure(section.line, problem);
        }
        if (m_case.steps.isEmpty())
            return failure(1, "no request");
        return m_case;
    }

private:
    static Failure failure(int line, const char *problem)
    {
        return {ErrorCode::Failed, u"line %1: %2"_s.arg(line).arg(QLatin1String(problem)), {}};
    }

    /// Returns what is wrong with it, or null.
    const char *take(const Section &section)
    {
        const QByteArray &kind = section.words.first();
        if (kind == "settings")
            return takeSettings(section);
        if (kind == "request")
            return takeRequest(section);
        if (kind == "upstream")
            return takeUpstream(section);
        if (kind == "ends")
            return takeEnd(section);
        if (kind == "expect")
            return takeExpectations(section);
        if (kind == "client")
            return takeClient(section);
        if (kind == "clock") {
            const auto time = timeOf(section.words.sliced(1).join(' '));
            m_case.steps.append(AnswerCase::Step());
            m_case.steps.last().clock = time.value_or(std::chrono::milliseconds(0));
            return time ? nullptr : "no time";
        }
        return "no such section";
    }

    const char *takeSettings(const Section &section)
    {
        for (const auto &[name, value] : headersOf(section.text.trimmed().split('\n'))) {
            if (!isAmong(name, settingNames))
                return "no such setting";
            m_case.settings[name] = value;
        }
        return nullptr;
    }

    const char *takeRequest(const Section &section)
    {
        AnswerCase::Step step;
        if (section.words.value(1) == "again") {
            const auto last = std::find_if(m_case.steps.rbegin(), m_case.steps.rend(), [](const auto &s) { return s.clock.count() == 0; });
            if (last == m_case.steps.rend())
                return "nothing to ask again";
            step = *last;
            step.expectations.clear();
        } else {
            if (section.words.size() < 3)
                return "a request has a method and a target";
            step.method = section.words[1];
            step.target = section.words[2];
            QByteArray text = section.text;
            step.headers = headersOf(takeHead(text));
            if (text.endsWith('\n'))
                text.chop(1);
            step.body = bytesOf(section, text);
            for (const char *coding : {"gzip", "deflate", "br", "zstd"}) {
                if (section.has(coding))
                    step.coding = coding;
            }
        }
        m_case.steps.append(step);
        return nullptr;
    }

    const char *takeUpstream(const Section &section)
    {
        if (section.words.value(1).size() != 1)
            return "an upstream has a letter";
        m_last = section.words[1].front();
        AnswerCase::Answer answer;
        answer.isUsual = section.has("ok");
        answer.untilClose = section.has("until-close");
        if (!answer.isUsual) {
            QByteArray text = section.text;
            QList<QByteArray> head = takeHead(text);
            if (!head.isEmpty() && !head.first().startsWith("HTTP/"))
                return "an answer begins with its status line";
            answer.statusLine = head.isEmpty() ? QByteArray() : head.takeFirst();
            answer.headers = headersOf(head);
            answer.body = bytesOf(section, text);
        }
        m_case.answers[m_last].append(answer);
        return nullptr;
    }

    const char *takeEnd(const Section &section)
    {
        static const QMap<QByteArray, AnswerCase::End> ends{{"clean", AnswerCase::End::Clean}, {"fin", AnswerCase::End::Fin},
                                                            {"reset", AnswerCase::End::Reset}, {"open", AnswerCase::End::Open}};
        const auto end = ends.constFind(section.words.value(1));
        if (end == ends.cend() || !m_case.answers.contains(m_last))
            return "clean, fin, reset or open, after an upstream";
        m_case.answers[m_last].last().end = *end;
        return nullptr;
    }

    const char *takeExpectations(const Section &section)
    {
        int number = section.line;
        for (const QByteArray &line : section.text.split('\n')) {
            ++number;
            if (line.trimmed().isEmpty())
                continue;
            const qsizetype colon = line.indexOf(':');
            if (colon < 0)
                return "an expectation has a colon";
            const QList<QByteArray> words = line.first(colon).simplified().split(' ');
            if (!isAmong(words.first(), expectationKeys) || (words.size() != 1 && (words.size() != 3 || words[1] != "in")))
                return "no such expectation";
            if (!expect({words.first(), words.value(2), line.sliced(colon + 1).trimmed(), number}))
                return "expectations follow a request";
        }
        return nullptr;
    }

    const char *takeClient(const Section &section)
    {
        const QByteArray key = section.has("same+") ? "client same+" : "client";
        const qsizetype in = section.words.indexOf("in");
        const QByteArray mode = in < 0 ? QByteArray() : section.words.value(in + 1);
        return expect({key, mode, bytesOf(section, section.text), section.line}) ? nullptr : "expectations follow a request";
    }

    bool expect(const AnswerCase::Expectation &expectation)
    {
        if (m_case.steps.isEmpty() || m_case.steps.last().clock.count() != 0)
            return false;
        m_case.steps.last().expectations.append(expectation);
        return true;
    }

    AnswerCase m_case;
    char m_last = '\0';
};

} // namespace

Result<AnswerCase> readAnswerCase(const QByteArray &text)
{
    return Reader().read(text);
}

std::optional<std::chrono::milliseconds> timeOf(QByteArrayView text)
{
    const QList<QByteArray> words = text.toByteArray().simplified().split(' ');
    bool isNumber = false;
    const qint64 count = words.first().toLongLong(&isNumber);
    const QByteArray unit = words.value(1);
    const qint64 scale = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "min" ? 60'000 : 0;
    if (!isNumber || scale == 0 || words.size() != 2)
        return std::nullopt;
    return std::chrono::milliseconds(count * scale);
}

} // namespace qcc::test
