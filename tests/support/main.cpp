#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace qcc::test;

namespace {

QByteArray jsonLine(const Arrived &arrived)
{
    QJsonArray headers;
    for (const auto &[name, value] : arrived.headers)
        headers.append(QJsonArray{QString::fromLatin1(name), QString::fromLatin1(value)});
    const QJsonObject object{{u"index"_s, arrived.index},
                             {u"connection"_s, arrived.connection},
                             {u"on_connection"_s, arrived.onConnection},
                             {u"method"_s, QString::fromLatin1(arrived.method)},
                             {u"target"_s, QString::fromLatin1(arrived.rawTarget)},
                             {u"headers"_s, headers},
                             {u"body_bytes"_s, arrived.bodyBytes},
                             {u"body_sha256"_s, QString::fromLatin1(arrived.bodySha256)},
                             {u"body_complete"_s, arrived.bodyComplete},
                             {u"malformed"_s, arrived.malformed},
                             {u"answered"_s, arrived.answered},
                             {u"client_left"_s, arrived.clientLeft},
                             {u"head_ms"_s, arrived.headAtMs},
                             {u"body_ms"_s, arrived.bodyAtMs},
                             {u"answer_began_ms"_s, arrived.answerBeganAtMs},
                             {u"answer_ended_ms"_s, arrived.answerEndedAtMs},
                             {u"client_left_ms"_s, arrived.clientLeftAtMs}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

int fail(const QString &why)
{
    std::fprintf(stderr, "scripted-upstream: %s\n", qUtf8Printable(why));
    return 1;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"An upstream on 127.0.0.1 that does what a request's x-script header asks for."_s);
    parser.addHelpOption();
    parser.addOptions({{u"port"_s, u"Listen on this port; 0 lets the system choose."_s, u"N"_s, u"0"_s},
                       {u"tls"_s, u"Speak TLS with a throw-away certificate."_s},
                       {u"certificate"_s, u"Write that certificate here (PEM), so that clients can trust it."_s, u"FILE"_s},
                       {u"default-script"_s, u"The script of requests that ask for none."_s, u"WORDS"_s},
                       {u"record"_s, u"Append one JSON line per request here when it is over."_s, u"FILE"_s}});
    parser.process(application);

    ScriptedUpstream upstream;
    upstream.setDefaultScript(parser.value(u"default-script"_s).toUtf8());
    if (parser.isSet(u"tls"_s)) {
        const TestCertificate certificate = TestCertificate::make();
        upstream.useTls(certificate);
        QFile file(parser.value(u"certificate"_s));
        if (parser.isSet(u"certificate"_s)
            && (!file.open(QIODevice::WriteOnly) || file.write(certificate.certificatePem) < 0))
            return fail(file.errorString());
    }
    QFile record(parser.value(u"record"_s));
    if (parser.isSet(u"record"_s)) {
        if (!record.open(QIODevice::WriteOnly | QIODevice::Append))
            return fail(record.errorString());
        const auto write = [&upstream, &record](int index) {
            record.write(jsonLine(upstream.arrivedAt(index)));
            record.flush();
        };
        QObject::connect(&upstream, &ScriptedUpstream::requestEnded, &record, write);
    }
    const auto port = upstream.listen(parser.value(u"port"_s).toUShort());
    if (!port)
        return fail(port.error().message);
    std::printf("%d\n", int(*port));
    std::fflush(stdout);
    return application.exec();
}
