#include "core/keys/keychain.h"

#include <QCoreApplication>
#include <QMetaObject>
#include <QThread>

#include <qt6keychain/keychain.h>

#include <chrono>
#include <functional>

namespace qcc {

namespace {

using namespace std::chrono_literals;

/// One entry for all of a user's homes, so that a home can be moved.
const QString service = QStringLiteral("qcc");
/// One entry for all of a user's homes, so that a home can be moved.
const QString masterEntry = QStringLiteral("master key of config.json");
/// Written and removed again to have the keychain unlocked: a locked Secret Service says of every entry that it is not there, and writing
/// the master key would replace the one behind the lock.
const QString trialEntry = QStringLiteral("trial");

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

/// Starts a job on the place of jobs; `done` gets it when it has ended.
template <typename Job>
void run(Job *job, const QString &entry, const std::function<void(const Job &)> &done)
{
    job->setKey(entry);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, done] { done(*job); });
    job->start();
}

void readMaster(const Keychain::Reply &reply)
{
    run<QKeychain::ReadPasswordJob>(new QKeychain::ReadPasswordJob(service), masterEntry,
                                    [reply](const QKeychain::ReadPasswordJob &job) { reply(answerOf(job, job.textData().toLatin1())); });
}

void write(const QString &entry, const QByteArray &secret, const Keychain::Reply &reply)
{
    auto *job = new QKeychain::WritePasswordJob(service);
    job->setTextData(QString::fromLatin1(secret));
    run<QKeychain::WritePasswordJob>(job, entry, [secret, reply](const QKeychain::WritePasswordJob &ended) { reply(answerOf(ended, secret)); });
}

void removeTrial()
{
    run<QKeychain::DeletePasswordJob>(new QKeychain::DeletePasswordJob(service), trialEntry, [](const QKeychain::DeletePasswordJob &) {});
}

void keepMaster(const QByteArray &secret, const Keychain::Reply &reply)
{
    write(trialEntry, "unlocked", [secret, reply](const KeychainAnswer &unlocked) {
        if (unlocked.kind != KeychainAnswer::Found)
            return reply(unlocked);
        removeTrial();
        readMaster([secret, reply](const KeychainAnswer &there) {
            if (there.kind == KeychainAnswer::NotThere)
                write(masterEntry, secret, reply);
            else
                reply(there);
        });
    });
}

class SystemKeychain final : public Keychain
{
public:
    void read(Reply reply) override
    {
        QMetaObject::invokeMethod(placeOfJobs(), [reply = std::move(reply)] { readMaster(reply); });
    }

    void keep(const QByteArray &secret, Reply reply) override
    {
        QMetaObject::invokeMethod(placeOfJobs(), [secret, reply = std::move(reply)] { keepMaster(secret, reply); });
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
