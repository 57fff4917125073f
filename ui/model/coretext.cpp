#include "ui/model/coretext.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <optional>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// In English as core makes them, and as the translators find them.
constexpr const char *sentences[] = {
    // Of core/health/endpointprobe.cpp.
    QT_TRANSLATE_NOOP("ProbeText", "the key was refused (HTTP %1)"),
    QT_TRANSLATE_NOOP("ProbeText", "access was refused (HTTP %1)"),
    QT_TRANSLATE_NOOP("ProbeText", "the endpoint answered HTTP %1"),
    QT_TRANSLATE_NOOP("ProbeText", "the test was cancelled"),
    QT_TRANSLATE_NOOP("ProbeText", "the connection was refused"),
    QT_TRANSLATE_NOOP("ProbeText", "the host was not found"),
    QT_TRANSLATE_NOOP("ProbeText", "no TLS connection"),
    QT_TRANSLATE_NOOP("ProbeText", "no way through the proxy"),
    QT_TRANSLATE_NOOP("ProbeText", "the connection was closed before the request"),
    QT_TRANSLATE_NOOP("ProbeText", "the connection was closed before an answer"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer is not HTTP"),
    QT_TRANSLATE_NOOP("ProbeText", "the connection failed"),
    QT_TRANSLATE_NOOP("ProbeText", "no connection was free within %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "the host was not found within %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "no connection within %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "no TLS connection within %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "no answer within %1 s"),
    // Of core/health/messageprobe.cpp, and of whom it asks.
    QT_TRANSLATE_NOOP("ProbeText", "HTTP %1"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer broke off"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer did not end within %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer ended before its protocol's end"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer ended in an error"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer says nothing"),
    QT_TRANSLATE_NOOP("ProbeText", "an error inside a %1"),
    QT_TRANSLATE_NOOP("ProbeText", "an HTML page instead of an answer"),
    QT_TRANSLATE_NOOP("ProbeText", "text instead of an answer"),
    QT_TRANSLATE_NOOP("ProbeText", "a JSON object that is no answer"),
    QT_TRANSLATE_NOOP("ProbeText", "an empty answer"),
    QT_TRANSLATE_NOOP("ProbeText", "an empty stream"),
    QT_TRANSLATE_NOOP("ProbeText", "an answer that breaks off"),
    QT_TRANSLATE_NOOP("ProbeText", "the stream ended before it said anything"),
    QT_TRANSLATE_NOOP("ProbeText", "no API answers at the base URL (HTTP %1)"),
    QT_TRANSLATE_NOOP("ProbeText", "something before the API blocks the request (HTTP %1)"),
    QT_TRANSLATE_NOOP("ProbeText", "the base URL redirects to %1"),
    QT_TRANSLATE_NOOP("ProbeText", "this computer has no network"),
    // Of connections.
    QT_TRANSLATE_NOOP("ProbeText", "no connection within %1 s (tried %2)"),
    QT_TRANSLATE_NOOP("ProbeText", "the answer went silent for %1 s"),
    QT_TRANSLATE_NOOP("ProbeText", "the connection was reset before the end of the answer"),
    QT_TRANSLATE_NOOP("ProbeText", "the network changed: this computer no longer has the address %1 of this connection"),
    QT_TRANSLATE_NOOP("ProbeText", "its base_url leads back to qcc itself (%1 port %2); give it the upstream's address"),
    QT_TRANSLATE_NOOP("ProbeText", "qcc has no file descriptor left for a connection; try again when others have closed, or raise the limit (ulimit -n)"),
    // Of proxies.
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 asks for a user name and a password"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 refused the user name or the password"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 refused the connection: nothing listens there"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 was not found: no such host"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 did not answer in time"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 closed the connection before it led to %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 does not allow connections to %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 did not find %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 was refused by %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 refused to connect to %2: it cannot reach it, or the user name or the password is wrong"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 could not connect to %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the proxy %1 could not reach %2 (%3)"),
    // Of certificates and TLS.
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 expired on %2; check this computer's clock, else only the endpoint's operator can renew it"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 is not valid before %2; check this computer's clock, else tell the endpoint's operator"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate is for %1, not for %2; check the host in the base URL"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 was revoked; do not use this endpoint until its operator has a new one"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 is signed by itself, so that nobody vouches for it; %2"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 is signed by %2, whom this computer does not know; %3"),
    QT_TRANSLATE_NOOP("ProbeText", "the certificate of %1 is not accepted (%2); tell the endpoint's operator"),
    QT_TRANSLATE_NOOP("ProbeText", "%1 closed the connection during the TLS handshake; check host and port, and whether a firewall or proxy is between"),
    QT_TRANSLATE_NOOP("ProbeText", "%1 does not speak TLS on this port; if it is a plain HTTP server, the base URL begins with http://, else check the port"),
    QT_TRANSLATE_NOOP("ProbeText", "%1 serves no site of that name over TLS; check the host in the base URL"),
    QT_TRANSLATE_NOOP("ProbeText", "%1 asks for a client certificate, which qcc cannot show; ask the endpoint's operator for another way"),
    QT_TRANSLATE_NOOP("ProbeText", "%1 refused the TLS handshake: it wants a version or cipher that is not offered here, or knows no site of that name; check the host, else ask the endpoint's operator"),
    QT_TRANSLATE_NOOP("ProbeText", "the TLS handshake with %1 failed (%2); check host and port"),
    // Of keys.
    QT_TRANSLATE_NOOP("ProbeText", "its key cannot be decrypted: %1. Set the key anew."),
    QT_TRANSLATE_NOOP("ProbeText", "its key cannot be decrypted: %1. %2"),
    QT_TRANSLATE_NOOP("ProbeText", "its key %1. Set the key anew."),
    QT_TRANSLATE_NOOP("ProbeText", "it is damaged, or was encrypted by a later version of qcc"),
    QT_TRANSLATE_NOOP("ProbeText", "there is no key file, and the keychain does not hold the master key (locked?)"),
    QT_TRANSLATE_NOOP("ProbeText", "the master key in the keychain is damaged"),
    QT_TRANSLATE_NOOP("ProbeText", "the master key was not asked for"),
    QT_TRANSLATE_NOOP("ProbeText", "the key file %1 is missing"),
    QT_TRANSLATE_NOOP("ProbeText", "the key file %1 is damaged"),
    QT_TRANSLATE_NOOP("ProbeText", "The key file %1 cannot be written: %2."),
    QT_TRANSLATE_NOOP("ProbeText", "The key cannot be encrypted: %1."),
    // Of edits that are refused.
    QT_TRANSLATE_NOOP("ProbeText", "There is no cluster \"%1\"."),
    QT_TRANSLATE_NOOP("ProbeText", "The cluster \"%1\" has no endpoint \"%2\"."),
    QT_TRANSLATE_NOOP("ProbeText", "There is a cluster \"%1\" already."),
    QT_TRANSLATE_NOOP("ProbeText", "The cluster \"%1\" has an endpoint \"%2\" already."),
    QT_TRANSLATE_NOOP("ProbeText", "Choose another name, or add endpoints to it."),
    QT_TRANSLATE_NOOP("ProbeText", "Choose another name."),
    QT_TRANSLATE_NOOP("ProbeText", "A cluster needs a name."),
    QT_TRANSLATE_NOOP("ProbeText", "An endpoint needs a name."),
    QT_TRANSLATE_NOOP("ProbeText", "An endpoint needs a base URL."),
    QT_TRANSLATE_NOOP("ProbeText", "%1 cannot be read: %2."),
    QT_TRANSLATE_NOOP("ProbeText", "%1 cannot be written: %2."),
    QT_TRANSLATE_NOOP("ProbeText", "%1 cannot be locked for editing."),
    QT_TRANSLATE_NOOP("ProbeText", "Another qcc is editing it; try again."),
    QT_TRANSLATE_NOOP("ProbeText", "Check that its folder exists, belongs to you and can be written to."),
    QT_TRANSLATE_NOOP("ProbeText", "The old configuration is untouched. Check free space and permissions."),
    QT_TRANSLATE_NOOP("ProbeText", "Check its permissions."),
    QT_TRANSLATE_NOOP("ProbeText", "Correct config.json and try again."),
    QT_TRANSLATE_NOOP("ProbeText", "Copy it once more, and nothing else."),
};

/// A sentence of core, and what stands in its gaps.
struct Form {
    const char *english;
    QString beginning; ///< Up to its first gap.
    QRegularExpression whole;
};

Form formOf(const char *english)
{
    const QString text = QString::fromLatin1(english);
    static const QRegularExpression gap(u"\\\\%[1-9]"_s);
    QString pattern = QRegularExpression::escape(text);
    // A status is a number, and whatever follows one is somebody else's.
    pattern.replace(gap, u"(.+?)"_s);
    pattern.replace(u"HTTP\\ (.+?)"_s, u"HTTP\\ (\\d+)"_s);
    return {english, text.left(text.indexOf(u'%')), QRegularExpression(QRegularExpression::anchoredPattern(pattern), QRegularExpression::DotMatchesEverythingOption)};
}

QList<Form> makeForms()
{
    QList<Form> made;
    for (const char *each : sentences)
        made << formOf(each);
    return made;
}

/// `text` where it is one of core's sentences as a whole.
std::optional<QString> translated(const QString &text)
{
    static const QList<Form> forms = makeForms();
    for (const Form &form : forms) {
        // There are many of them, and few can be meant.
        if (!text.startsWith(form.beginning))
            continue;
        const QRegularExpressionMatch match = form.whole.match(text);
        if (!match.hasMatch())
            continue;
        QString said = QCoreApplication::translate("ProbeText", form.english);
        QStringList gaps = match.capturedTexts().sliced(1);
        // A key's fault has its reason in one of them.
        for (QString &each : gaps)
            each = inUsersLanguage(each);
        switch (gaps.size()) {
        case 0: break;
        case 1: said = said.arg(gaps.at(0)); break;
        case 2: said = said.arg(gaps.at(0), gaps.at(1)); break;
        default: said = said.arg(gaps.at(0), gaps.at(1), gaps.at(2)); break;
        }
        return said;
    }
    return std::nullopt;
}

} // namespace

QString inUsersLanguage(const QString &coreText)
{
    if (const auto whole = translated(coreText))
        return *whole;
    // "no TLS connection: certificate has expired": what follows may be somebody else's words, and a sentence of core's, too.
    for (qsizetype colon = coreText.indexOf(": "_L1); colon >= 0; colon = coreText.indexOf(": "_L1, colon + 1)) {
        if (const auto own = translated(coreText.left(colon)))
            return *own + ": "_L1 + inUsersLanguage(coreText.sliced(colon + 2));
    }
    // "HTTP 529 (overloaded_error: Overloaded)"
    const qsizetype bracket = coreText.endsWith(u')') ? coreText.indexOf(" ("_L1) : -1;
    if (bracket > 0) {
        if (const auto own = translated(coreText.left(bracket)))
            return *own + coreText.sliced(bracket);
    }
    return coreText;
}

QStringList knownCoreTexts()
{
    QStringList texts;
    for (const char *each : sentences)
        texts << QString::fromLatin1(each);
    return texts;
}

} // namespace qcc
