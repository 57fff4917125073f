#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace qcc::fuzz {

/// A parser with what must hold for any bytes at all. `run` ends the program by broken() where it does not.
/// libFuzzer looks for such bytes (build preset "fuzz"); tst_fuzzcorpus replays those that were worth keeping.
struct Target {
    const char *name; ///< Of the program and of the folder in corpus/.
    void (*run)(QByteArrayView input);
};

void runRequest(QByteArrayView input);
void runAnswer(QByteArrayView input);
void runHttp2(QByteArrayView input);
void runChunks(QByteArrayView input);
void runSse(QByteArrayView input);
void runObserver(QByteArrayView input);
void runJson(QByteArrayView input);
void runError(QByteArrayView input);
void runWaits(QByteArrayView input);
void runConfig(QByteArrayView input);
void runControl(QByteArrayView input);
void runLog(QByteArrayView input);
void runSettings(QByteArrayView input);
void runWebsocket(QByteArrayView input);

/// All of them, in the way of a request.
const QList<Target> &targets();

/// Says which claim did not hold, and aborts.
[[noreturn]] void broken(const char *claim, const char *file, int line);

/// Cuts bytes where an attacker, or TCP, might: nowhere, or at places drawn from the bytes themselves (for a quarter of all inputs
/// everywhere), so that a file of the corpus is nothing but what it stands for.
class Cuts
{
public:
    enum class Way { Whole, Anywhere };

    Cuts(Way way, QByteArrayView input);
    /// The size of the next piece of `left` bytes.
    qsizetype next(qsizetype left);

private:
    Way m_way;
    bool m_bytewise = false;
    quint64 m_state = 0;
};

} // namespace qcc::fuzz

#define QCC_HOLDS(claim) ((claim) ? static_cast<void>(0) : ::qcc::fuzz::broken(#claim, __FILE__, __LINE__))
