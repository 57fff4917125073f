#include "tests/support/answerrun.h"

#include "tests/support/coding.h"
#include "tests/support/scriptwords.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace qcc::test {

namespace {

/// For what should come at once, on a machine that is busy.
constexpr auto patience = 5s;

Config configOf(const AnswerCase &answerCase)
{
    Config config = TestProxy::patient();
    const auto set = [&answerCase](const char *name, int &value) {
        if (answerCase.settings.contains(name))
            value = answerCase.settings[name].toInt();
    };
    set("max_attempts", config.retry.maxAttempts);
    set("per_endpoint", config.retry.maxAttemptsPerEndpoint);
    return config;
}

} // namespace

QByteArray AnswerMode::word() const
{
    return kind == Kind::Plain ? "plain" : kind == Kind::Bytes ? "bytes" : kind == Kind::Http2 ? "http2" : "coded";
}

QList<AnswerMode> AnswerMode::all()
{
    QList<AnswerMode> modes{{Kind::Plain, {}}, {Kind::Bytes, {}}, {Kind::Http2, {}}};
    for (const QByteArray &coding : codings())
        modes.append({Kind::Coded, coding});
    return modes;
}

AnswerRun::AnswerRun(const AnswerCase &answerCase, const AnswerMode &mode, Http2Relay *relay)
    : m_case(answerCase)
    , m_mode(mode)
    , m_relay(relay)
{
    for (auto answers = m_case.answers.cbegin(); answers != m_case.answers.cend(); ++answers) {
        const char letter = answers.key();
        auto upstream = std::make_unique<ScriptedUpstream>();
        const Result<quint16> listens = upstream->listen();
        if (!listens)
            differ(listens.error().message);
        upstream->setBehaviour([this, letter](const Arrived &arrived) { return serve(letter, arrived); });
        m_urls.append((m_relay ? m_relay->urlOf(upstream->port()) : upstream->baseUrl()) + m_case.settings.value(QByteArray("base ") + letter));
        m_upstreams[letter] = std::move(upstream);
    }
    m_proxy = std::make_unique<TestProxy>(m_urls, configOf(m_case), FixedTimeouts(), m_clock);
    if (m_relay) {
        m_proxy->setHttp2(true);
        m_proxy->setCaFile(m_relay->server().certificateFile());
    }
    if (const auto strategy = fromWord<Strategy>(QString::fromLatin1(m_case.settings.value("strategy"))))
        m_proxy->setStrategy(*strategy);
    if (const QList<QByteArray> names = m_case.settings.value("map").split('>'); names.size() == 2)
        m_proxy->setModelMap({{QString::fromUtf8(names[0].trimmed()), QString::fromUtf8(names[1].trimmed())}});
}

AnswerRun::~AnswerRun() = default;

QStringList AnswerRun::differences()
{
    for (qsizetype i = 0; i < m_case.steps.size(); ++i) {
        const AnswerCase::Step &step = m_case.steps[i];
        if (step.clock.count() != 0) {
            pass(step.clock);
            continue;
        }
        perform(step);
        for (const AnswerCase::Expectation &expectation : step.expectations) {
            if (expectation.mode.isEmpty() || expectation.mode == m_mode.word())
                check(step, expectation);
        }
        if (!m_differences.isEmpty())
            return m_differences;
        if (i + 1 < m_case.steps.size())
            settle();
    }
    leaveNothingOpen();
    return m_differences;
}

bool AnswerRun::waitFor(const std::function<bool()> &condition, std::chrono::milliseconds most)
{
    QTimer tick; // For what is told by no event of this thread.
    tick.start(2ms);
    const QDeadlineTimer deadline(most);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

void AnswerRun::pass(std::chrono::milliseconds time)
{
    m_passed += time;
    m_clock.advance(time);
}

// --- Endpoints ---------------------------------------------------------------------------------------------------------------

Script AnswerRun::serve(char endpoint, const Arrived &arrived)
{
    const QList<AnswerCase::Answer> &answers = m_case.answers[endpoint];
    Served served{endpoint, answers[std::min<qsizetype>(m_turn[endpoint]++, answers.size() - 1)], {}};
    if (served.answer.isUsual) {
        served.answer.statusLine = "HTTP/1.1 200 OK";
        served.answer.headers = {{"content-type", normalType(arrived)}};
        served.answer.body = normalBody(arrived);
    }
    served.body = sentBody(served.answer);
    m_served.append(served);
    return scriptOf(served, arrived.method == "HEAD");
}

QByteArray AnswerRun::sentBody(const AnswerCase::Answer &answer) const
{
    if (!isCoded() || answer.body.isEmpty() || !firstHeader(answer.headers, "content-encoding").isEmpty())
        return answer.body;
    return coded(m_mode.coding, answer.body, answer.end == AnswerCase::End::Clean || m_finishesCoding);
}

Script AnswerRun::scriptOf(const Served &served, bool headOnly) const
{
    const AnswerCase::Answer &answer = served.answer;
    const int status = answer.statusLine.split(' ').value(1).toInt();
    const bool hasBody = !headOnly && status >= 200 && status != 204 && status != 304;
    const bool hasLength = !firstHeader(answer.headers, "content-length").isEmpty();
    const bool saysChunked = !firstHeader(answer.headers, "transfer-encoding").isEmpty();
    const bool chunked = hasBody && !hasLength && !answer.untilClose;

    QByteArray head = answer.statusLine.isEmpty() ? QByteArray() : answer.statusLine + "\r\n";
    for (auto [name, value] : answer.headers) {
        // "auto", or "auto+10" where it promises more than comes.
        if (name.compare("content-length", Qt::CaseInsensitive) == 0 && value.startsWith("auto"))
            value = QByteArray::number(served.body.size() + value.sliced(4).toInt());
        head += name + ": " + value + "\r\n";
    }
    if (served.body != answer.body)
        head += "content-encoding: " + contentCoding(m_mode.coding) + "\r\n";
    if (chunked && !saysChunked)
        head += "transfer-encoding: chunked\r\n";
    if (!head.isEmpty())
        head += "\r\n";

    const QByteArray body = hasBody ? served.body : QByteArray();
    const QByteArray lastChunk = chunked && answer.end == AnswerCase::End::Clean ? "0\r\n\r\n" : "";
    Script script;
    if (m_mode.kind == AnswerMode::Kind::Bytes) {
        for (const char byte : head)
            script.send(QByteArray(1, byte));
        for (const char byte : body)
            script.send(chunked ? chunkBytes(QByteArray(1, byte)) : QByteArray(1, byte));
        script.send(lastChunk);
    } else {
        script.send(head + (chunked && !body.isEmpty() ? chunkBytes(body) : body) + lastChunk);
    }
    switch (answer.end) {
    case AnswerCase::End::Clean:
        return answer.untilClose || firstHeader(answer.headers, "connection") == "close" ? script.close() : script;
    case AnswerCase::End::Fin:
        return script.close();
    case AnswerCase::End::Reset:
        return script.delay(20ms).reset(); // what the peer has not taken by then is lost
    case AnswerCase::End::Open:
        return script.stall();
    }
    return script;
}

// --- Requests ----------------------------------------------------------------------------------------------------------------

bool AnswerRun::wantsBroken(const AnswerCase::Step &step)
{
    return std::any_of(step.expectations.begin(), step.expectations.end(),
                       [](const AnswerCase::Expectation &e) { return e.key == "ends" && e.value.contains("broken"); });
}

void AnswerRun::perform(const AnswerCase::Step &step)
{
    ++m_requests;
    m_hasWaited = false;
    m_nudged = 0s;
    m_passed = 0s;
    m_finishesCoding = !wantsBroken(step);
    m_client = std::make_unique<RawClient>();
    m_client->connectTo(m_proxy->port());
    RawHeaders headers = step.headers;
    QByteArray body = step.body;
    if (!step.coding.isEmpty()) {
        body = coded(step.coding, body);
        headers += RawHeaders{{"content-encoding", step.coding}};
    }
    if (isCoded())
        headers.append(QPair<QByteArray, QByteArray>{"accept-encoding", "gzip, deflate, br, zstd"});
    m_client->request(step.method, step.target, headers, body);

    const auto isOver = [this] { return clientIsDone() && recordIsThere(); };
    const QDeadlineTimer deadline(patience);
    while (!waitFor(isOver, 15ms)) {
        if (deadline.hasExpired())
            return differ(u"%1 %2: after %3 s there is %4, and %5. Came so far: HTTP %6 %7"_s
                              .arg(QString::fromLatin1(step.method), QString::fromLatin1(step.target))
                              .arg(std::chrono::seconds(patience).count())
                              .arg(clientIsDone() ? u"an answer"_s : u"no end of the client's answer"_s,
                                   recordIsThere() ? u"a record"_s : u"no record"_s)
                              .arg(m_client->response().status)
                              .arg(shown(m_client->response().body)));
        nudge(step);
    }
    // A broken answer is seen to be one when the connection ends.
    if (wantsBroken(step) && !m_client->response().complete)
        waitFor([this] { return m_client->isClosed() || m_client->response().broken; }, patience);
}

/// Lets time pass where the exchange waits for it and the case allows that.
void AnswerRun::nudge(const AnswerCase::Step &step)
{
    const QList<RunningExchange> running = recordIsThere() ? QList<RunningExchange>() : m_proxy->running();
    if (!running.isEmpty() && running.first().state == RunningState::Waiting)
        return pass(250ms);
    const auto waits = std::find_if(step.expectations.begin(), step.expectations.end(), [](const auto &e) { return e.key == "waits"; });
    if (waits != step.expectations.end() && !m_hasWaited && !m_served.isEmpty()) {
        m_hasWaited = true;
        m_checked = &*waits;
        return waitOut(timeOf(waits->value).value_or(0s));
    }
    // A client is given a moment to read the end of a broken answer; a coded one may be waited for a second longer than its protocol's end.
    if ((wantsBroken(step) || isCoded()) && m_nudged < 2s) {
        m_nudged += 250ms;
        pass(250ms);
    }
}

/// Nothing happens until this time is over, and then it does.
void AnswerRun::waitOut(std::chrono::milliseconds time)
{
    const qsizetype all = m_served.last().body.size();
    waitFor([this, all] { return m_client->response().body.size() >= all; }, 300ms);
    m_proxy->running(); // by then the workers have done what they had to do
    constexpr auto little = 100ms;
    pass(time - little);
    m_proxy->running();
    waitFor([] { return false; }, 5ms);
    if (clientIsDone() && !isCoded())
        differ(u"the client's answer ended before"_s);
    pass(little);
}

/// Connections that ended are no longer taken for idle ones.
void AnswerRun::settle()
{
    for (int i = 0; i < 20; ++i) {
        const bool settled = waitFor([this] {
            int open = 0;
            for (const auto &[letter, upstream] : m_upstreams)
                open += upstream->openConnections();
            const PoolFigures pool = m_proxy->pool();
            return pool.busy == 0 && (m_relay || pool.open == open) && m_proxy->inFlight() == 0;
        }, 50ms);
        if (settled)
            return;
        pass(100ms);
    }
}

/// An upstream that says no more is waited for at most a second.
void AnswerRun::leaveNothingOpen()
{
    const auto isLeft = [this] {
        return std::all_of(m_upstreams.begin(), m_upstreams.end(), [](const auto &entry) { return entry.second->openStreams() == 0; });
    };
    for (int i = 0; i < 10 && !waitFor(isLeft, 30ms); ++i)
        pass(200ms);
    if (!waitFor(isLeft, 500ms))
        m_differences.append(u"an upstream's answer is still waited for, two seconds after the client's ended"_s);
}

} // namespace qcc::test
