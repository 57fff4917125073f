#include "app/tray/startup.h"

#include "core/control/controlclient.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QJsonArray>
#include <QLibraryInfo>
#include <QLocale>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int usageError = 2;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(TrayOptions)
};

CommandLine wrongUsage(const QString &problem)
{
    return {std::nullopt, {problem, Text::tr("See qcc-tray --help.")}, usageError};
}

} // namespace

CommandLine readCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        Text::tr("The proxy of qcc in the desktop's tray."));
    // The parser's own help option brings one for Qt's options along, which nobody needs here.
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, Text::tr("Show this help."));
    const QCommandLineOption version({QStringLiteral("v"), QStringLiteral("version")}, Text::tr("Show the version."));
    const QCommandLineOption hidden(QStringLiteral("hidden"),
                                    Text::tr("Start without a message or a window."));
    const QCommandLineOption wait(
        QStringLiteral("wait-for-tray"),
        Text::tr("Wait up to a minute for a tray, as after logging in."));
    const QCommandLineOption cluster(
        QStringLiteral("cluster"),
        Text::tr("Start the proxy with this cluster instead of the active one."),
        QStringLiteral("name"));
    const QCommandLineOption port(
        QStringLiteral("port"),
        Text::tr("Listen on this port instead of the configured one."),
        QStringLiteral("number"));
    parser.addOptions({help, version, hidden, wait, cluster, port});

    if (!parser.parse(arguments))
        return wrongUsage(parser.errorText());
    if (parser.isSet(help))
        return {std::nullopt, parser.helpText().trimmed().split(QLatin1Char('\n')), 0};
    if (parser.isSet(version))
        return {std::nullopt, {QStringLiteral("qcc-tray %1").arg(QLatin1StringView(QCC_VERSION))}, 0};
    if (!parser.positionalArguments().isEmpty())
        return wrongUsage(Text::tr("qcc-tray takes no \"%1\".").arg(parser.positionalArguments().constFirst()));

    TrayOptions options;
    options.hidden = parser.isSet(hidden);
    options.waitForTray = parser.isSet(wait);
    if (parser.isSet(cluster))
        options.cluster = parser.value(cluster);
    if (parser.isSet(port)) {
        bool valid = false;
        const ushort number = parser.value(port).toUShort(&valid);
        if (!valid)
            return wrongUsage(Text::tr("\"%1\" is not a port from 0 to 65535.").arg(parser.value(port)));
        options.port = number;
    }
    return {options, {}, 0};
}

Translations::~Translations()
{
    remove();
}

void Translations::use(const QString &language)
{
    remove();
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QLocale::setDefault(locale);
    // Whoever reads none of our languages gets the English of the sources, whose plurals are in a file.
    if (m_own.load(locale, QStringLiteral("qcc"), QStringLiteral("_"), QStringLiteral(":/i18n"))
        || m_own.load(QStringLiteral(":/i18n/qcc_en.qm")))
        QCoreApplication::installTranslator(&m_own);
    if (m_qt.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
}

void Translations::remove()
{
    if (!QCoreApplication::instance())
        return;
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
}

namespace {

constexpr auto answerTime = 5s;
constexpr auto activationVariable = "XDG_ACTIVATION_TOKEN";

} // namespace

void useActivationToken(const QString &token)
{
    // Elsewhere nobody would take it, and each program that this one starts would inherit it.
    if (!token.isEmpty() && QGuiApplication::platformName().startsWith("wayland"_L1))
        qputenv(activationVariable, token.toUtf8());
}

TrayInstance::TrayInstance(QString socketName, QObject *parent)
    : QObject(parent)
    , m_socketName(std::move(socketName))
    , m_activationToken(qEnvironmentVariable(activationVariable))
    , m_server([this](const QJsonObject &request, const ControlReply &reply) {
        if (request.value("cmd"_L1) != "start"_L1) {
            reply(controlFailure({ErrorCode::Usage, u"qcc-tray knows only the command \"start\""_s, {}}));
            return;
        }
        if (m_turnsAway) {
            reply(controlFailure({ErrorCode::Busy, u"qcc-tray is ending"_s, {}}));
            return;
        }
        reply(controlOk(QJsonObject()));
        Q_EMIT startedAgain(request.value("arguments"_L1).toVariant().toStringList(), request.value("activation_token"_L1).toString());
    }, this)
{
}

Result<void> TrayInstance::claim()
{
    return m_server.listen(m_socketName);
}

void TrayInstance::forward(const QStringList &arguments, std::function<void(Result<void>)> done)
{
    auto *client = new ControlClient(m_socketName, this);
    client->call({{"cmd"_L1, "start"_L1},
                  {"arguments"_L1, QJsonArray::fromStringList(arguments)},
                  {"activation_token"_L1, m_activationToken}},
                 [this, client, done = std::move(done)](const Result<QJsonObject> &answer) {
                     const ErrorCode code = answer ? ErrorCode::Failed : answer.error().code;
                     const Failure hasEnded{ErrorCode::NotRunning, u"qcc-tray has ended"_s, {}};
                     if (!answer && code == ErrorCode::Busy) {
                         // A connection that is kept tells of its end.
                         connect(client, &ControlClient::lost, this, [client, done, hasEnded] {
                             client->deleteLater();
                             done(hasEnded);
                         });
                         client->subscribe();
                         return;
                     }
                     client->deleteLater();
                     if (answer)
                         done({});
                     else if (code == ErrorCode::Failed) // it ended before it had read the question
                         done(hasEnded);
                     else
                         done(answer.error());
                 },
                 answerTime);
}

} // namespace qcc
