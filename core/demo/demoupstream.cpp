#include "core/demo/demoupstream.h"

#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"
#include "core/base/visibletext.h"
#include "core/http/headers.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int quoteLimitChars = 80;
const auto demoModel = "qcc-demo"_L1;

/// The text of a message's content, or of an input item: a string, or a list of parts that have a "text".
QString textOf(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QStringList texts;
    const QJsonArray parts = content.toArray();
    for (const auto &part : parts) {
        const QJsonValue text = part.toObject()[u"text"_s];
        if (text.isString())
            texts.append(text.toString());
    }
    return texts.join(u' ');
}

QString lastUserText(Dialect dialect, const QJsonObject &request)
{
    if (dialect == Dialect::Gemini) {
        const QJsonArray contents = request[u"contents"_s].toArray();
        return contents.isEmpty() ? QString() : textOf(contents.last().toObject()[u"parts"_s]);
    }
    const QJsonValue input = request[dialect == Dialect::OpenAiResponses ? u"input"_s : u"messages"_s];
    if (input.isString())
        return input.toString();
    const QJsonArray messages = input.toArray();
    for (qsizetype i = messages.size() - 1; i >= 0; --i) {
        const QJsonObject message = messages[i].toObject();
        QString text = textOf(message[u"content"_s]);
        if (message[u"role"_s].toString() == "user"_L1 && !text.isEmpty())
            return text;
    }
    return {};
}

QString quoteOf(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= quoteLimitChars ? line : beginningOf(line, quoteLimitChars) + u'…';
}

/// Words with the space that follows them, so that joining them gives the text back.
QStringList wordsOf(const QString &text)
{
    QStringList words;
    qsizetype start = 0;
    while (start < text.size()) {
        const qsizetype space = text.indexOf(u' ', start);
        const qsizetype end = space < 0 ? text.size() : space + 1;
        words.append(text.sliced(start, end - start));
        start = end;
    }
    return words;
}

SampleAnswer sampleFor(Dialect dialect, const QJsonObject &request, const QByteArray &body, quint64 number, qint64 now)
{
    const QString quote = quoteOf(lastUserText(dialect, request));
    QString text = u"This is the demo that comes with qcc, not a language model: "
                   u"your request went through the proxy and this answer came back the same way. "_s;
    text += quote.isEmpty() ? u"Your request held no user message."_s : u"You wrote: “%1”"_s.arg(quote);
    const QString model = request[u"model"_s].toString(demoModel);
    // About four bytes to a token: good enough for a demo's figures.
    return {u"demo%1"_s.arg(number, 12, 16, QChar(u'0')), model, wordsOf(text), now, std::max(1, int(body.size() / 4))};
}

DemoAnswer errorAnswer(Dialect dialect, int status, const QString &message)
{
    return {status, "application/json", errorBody(dialect, status, message), {}};
}

bool asksForStream(Dialect dialect, const RequestHead &head, const QJsonObject &request)
{
    return dialect == Dialect::Gemini ? head.path().endsWith(":streamGenerateContent") : request[u"stream"_s].toBool();
}

bool isOffered(Dialect dialect, const QByteArray &path)
{
    const char *const end = protocolOf(dialect).samplePath;
    return end && path.endsWith(end);
}

} // namespace

DemoAnswer demoAnswerTo(const RequestHead &head, const QByteArray &body, quint64 number, qint64 now)
{
    const QByteArray path = head.path();
    const Dialect dialect = dialectOf(head.method, path);
    if (path == "/" && (head.method == "HEAD" || head.method == "GET"))
        return {200, "text/plain; charset=utf-8", "The demo upstream of qcc.\n", {}};
    if (path.endsWith("/models") && (head.method == "GET" || head.method == "HEAD"))
        return {200, "application/json", modelsJson({demoModel}, now), {}};

    const bool counts = dialect == Dialect::Anthropic && path.endsWith("/count_tokens");
    if (head.method != "POST" || !(counts || isOffered(dialect, path)))
        return errorAnswer(dialect, 404, u"The demo does not offer this path."_s);
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return errorAnswer(dialect, 400, u"The request's body is not a JSON object."_s);

    const QJsonObject request = document.object();
    const SampleAnswer sample = sampleFor(dialect, request, body, number, now);
    if (counts)
        return {200, "application/json", tokenCountJson(sample.inputTokens), {}};
    if (asksForStream(dialect, head, request))
        return {200, "text/event-stream; charset=utf-8", {}, answerEvents(dialect, sample)};
    return {200, "application/json", answerJson(dialect, sample), {}};
}

namespace {

constexpr RequestReader::Limits limits{.bodyBytes = BodyStore::mostInMemory};
constexpr std::chrono::seconds lingering{1};
constexpr qint64 readBufferBytes = qint64(256) * 1024;
constexpr qsizetype pipelineLimitBytes = qsizetype(1024) * 1024;

} // namespace

DemoConnection::DemoConnection(QTcpSocket *socket, BodyStore &bodies, std::chrono::milliseconds pace, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_reader(limits, bodies)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readBufferBytes);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_pace.setInterval(pace);
    connect(&m_pace, &QTimer::timeout, this, &DemoConnection::sendNextEvent);
    connect(m_socket, &QTcpSocket::readyRead, this, &DemoConnection::readMore);
    connect(m_socket, &QTcpSocket::disconnected, this, [this] {
        m_pace.stop();
        deleteLater();
    });
}

void DemoConnection::readMore()
{
    if (m_refused) {
        m_socket->readAll();
        return;
    }
    if (m_closeAfter && !m_answering)
        return;
    // A client that pipelines without end waits in its own buffers.
    if (m_unread.size() < pipelineLimitBytes)
        m_unread += m_socket->readAll();

    while (!m_unread.isEmpty() && !m_answering && !m_closeAfter) {
        m_unread.remove(0, m_reader.feed(m_unread));
        if (m_reader.takeExpectContinue())
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        if (m_reader.state() == RequestReader::State::Refused)
            refuse(m_reader.refusal());
        else if (m_reader.state() == RequestReader::State::Complete)
            answer(m_reader.take());
    }
}

void DemoConnection::answer(const Request &request)
{
    m_head = request.head;
    m_closeAfter = m_head.wantsClose();
    const quint64 number = (quint64(m_socket->peerPort()) << 16) + ++m_answers;
    begin(demoAnswerTo(m_head, request.bodyBeginning().toByteArray(), number, QDateTime::currentSecsSinceEpoch()));
}

void DemoConnection::begin(const DemoAnswer &answer)
{
    m_answering = true;
    m_chunked = !answer.events.isEmpty() && m_head.minorVersion >= 1;
    if (!answer.events.isEmpty() && !m_chunked)
        m_closeAfter = true; // HTTP/1.0 has no other way to end a body of unknown length.

    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reasonPhrase(answer.status)
        + "\r\nContent-Type: " + answer.contentType + "\r\nx-qcc-demo: 1\r\n";
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (answer.events.isEmpty())
        head += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n";
    head += m_closeAfter ? "Connection: close\r\n\r\n" : "\r\n";
    m_socket->write(head);

    if (answer.events.isEmpty()) {
        if (m_head.method != "HEAD")
            m_socket->write(answer.body);
        finish();
        return;
    }
    m_events = answer.events;
    m_pace.start();
    sendNextEvent();
}

void DemoConnection::refuse(const Refusal &refusal)
{
    // The rest of the request cannot be told from the next one, so nothing more is read.
    m_closeAfter = true;
    m_refused = true;
    m_unread.clear();
    m_head = {};
    begin({refusal.status, "application/json", errorBody(Dialect::Unknown, refusal.status, QString::fromLatin1(refusal.message)), {}});
}

void DemoConnection::sendNextEvent()
{
    const QByteArray event = m_events.takeFirst();
    m_socket->write(m_chunked ? QByteArray::number(event.size(), 16) + "\r\n" + event + "\r\n" : event);
    if (!m_events.isEmpty())
        return;
    m_pace.stop();
    if (m_chunked)
        m_socket->write("0\r\n\r\n");
    finish();
}

void DemoConnection::finish()
{
    m_answering = false;
    if (m_refused) {
        QTimer::singleShot(lingering, m_socket, &QTcpSocket::disconnectFromHost);
        return;
    }
    if (m_closeAfter) {
        m_socket->disconnectFromHost();
        return;
    }
    // Later, because readMore may be the caller: its loop goes on by itself, a stream's end needs this.
    QMetaObject::invokeMethod(this, &DemoConnection::readMore, Qt::QueuedConnection);
}

DemoUpstream::DemoUpstream(QObject *parent)
    : QObject(parent)
    , m_server(this)
{
    connect(&m_server, &QTcpServer::newConnection, this, &DemoUpstream::takeConnections);
}

DemoUpstream::~DemoUpstream()
{
    // Their requests are kept in what goes with us.
    qDeleteAll(findChildren<DemoConnection *>(Qt::FindDirectChildrenOnly));
}

Result<quint16> DemoUpstream::listen(quint16 port)
{
    if (m_server.listen(QHostAddress::LocalHost, port))
        return m_server.serverPort();
    const QString where = u"127.0.0.1:%1"_s.arg(port);
    switch (m_server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return Failure{ErrorCode::PortInUse, u"The demo cannot listen on %1: the port is in use."_s.arg(where),
                       u"Choose another port."_s};
    case QAbstractSocket::SocketAccessError:
        return Failure{ErrorCode::NotAllowed, u"The demo may not listen on %1."_s.arg(where),
                       u"Choose a port above 1023."_s};
    default:
        return Failure{ErrorCode::Failed, u"The demo cannot listen on %1: %2."_s.arg(where, m_server.errorString()), {}};
    }
}

void DemoUpstream::takeConnections()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection())
        new DemoConnection(socket, m_bodies, m_pace, this);
}

} // namespace qcc
