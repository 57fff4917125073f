#include "app/tray/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace qcc {

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

} // namespace qcc
