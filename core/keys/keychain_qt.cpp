#include "core/keys/keychain.h"

#include <QCoreApplication>
#include <QMetaObject>
#include <QThread>

#include <qt6keychain/keychain.h>

namespace qcc {

namespace {

using namespace std::chrono_literals;

/// One entry for all of a user's homes, so that a home can be moved.
const QString service = QStringLiteral("qcc");
const QString entry = QStringLiteral("master key of config.json");

KeychainAnswer answerOf(const QKeychain::Job &job, const QByteArray &secret)
{
    switch (job.error()) {
    case QKeychain::NoError:
        return {KeychainAnswer::Found, secret, {}};
    case QKeychain::EntryNotFound:
        return {KeychainAnswer::NotThere, {}, {}};
    default:
        return {KeychainAnswer::Refused, {}, job.errorString()};
    }
}

/// A thread for QtKeychain's jobs, which live on an event loop and are queued by an object of the library that stays on the thread that
/// asked first. So there is one thread as long as the process runs, and neither the GUI nor the core thread waits for a locked keychain.
QObject *placeOfJobs()
{
    static QObject *const place = [] {
        auto *thread = new QThread;
        thread->setObjectName(QStringLiteral("keychain"));
        auto *object = new QObject;
        object->moveToThread(thread);
        thread->start();
        // A job of which the user is still being asked must not hold up the end; the process takes the thread along.
        qAddPostRoutine([] {
            QThread *const running = placeOfJobs()->thread();
            running->quit();
            running->wait(200ms);
        });
        return object;
    }();
    return place;
}

class SystemKeychain final : public Keychain
{
public:
    void read(Reply reply) override
    {
        QMetaObject::invokeMethod(placeOfJobs(), [reply = std::move(reply)] {
            auto *job = new QKeychain::ReadPasswordJob(service);
            job->setKey(entry);
            QObject::connect(job, &QKeychain::Job::finished, job, [job, reply] { reply(answerOf(*job, job->textData().toLatin1())); });
            job->start();
        });
    }

    void write(const QByteArray &secret, Reply reply) override
    {
        QMetaObject::invokeMethod(placeOfJobs(), [secret, reply = std::move(reply)] {
            auto *job = new QKeychain::WritePasswordJob(service);
            job->setKey(entry);
            job->setTextData(QString::fromLatin1(secret));
            QObject::connect(job, &QKeychain::Job::finished, job, [job, secret, reply] { reply(answerOf(*job, secret)); });
            job->start();
        });
    }
};

} // namespace

std::unique_ptr<Keychain> systemKeychain()
{
    if (!sessionMayHaveKeychain())
        return nullptr;
    return std::make_unique<SystemKeychain>();
}

} // namespace qcc
