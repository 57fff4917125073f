#include "core/journal/exchangerecord.h"

namespace qcc {

namespace {

/// The one of the values up to `last` that toWord() calls `word`.
template <typename T>
std::optional<T> named(QStringView word, T last)
{
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        if (toWord(static_cast<T>(i)) == word)
            return static_cast<T>(i);
    }
    return std::nullopt;
}

} // namespace

QString toWord(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Complete:
        return QStringLiteral("complete");
    case Outcome::Recovered:
        return QStringLiteral("recovered");
    case Outcome::CallerError:
        return QStringLiteral("caller_error");
    case Outcome::Error:
        return QStringLiteral("error");
    case Outcome::Truncated:
        return QStringLiteral("truncated");
    case Outcome::ClientCancelled:
        return QStringLiteral("client_cancelled");
    }
    Q_UNREACHABLE();
}

QString toWord(FailureClass failure)
{
    switch (failure) {
    case FailureClass::None:
        return QStringLiteral("none");
    case FailureClass::Stale:
        return QStringLiteral("stale");
    case FailureClass::Connect:
        return QStringLiteral("connect");
    case FailureClass::Broken:
        return QStringLiteral("broken");
    case FailureClass::Transient:
        return QStringLiteral("transient");
    case FailureClass::RateLimit:
        return QStringLiteral("rate_limit");
    case FailureClass::Quota:
        return QStringLiteral("quota");
    case FailureClass::Auth:
        return QStringLiteral("auth");
    case FailureClass::Timeout:
        return QStringLiteral("timeout");
    case FailureClass::BadAnswer:
        return QStringLiteral("bad_answer");
    case FailureClass::Caller:
        return QStringLiteral("caller");
    case FailureClass::BrokenStream:
        return QStringLiteral("broken_stream");
    case FailureClass::Cancelled:
        return QStringLiteral("cancelled");
    case FailureClass::Loop:
        return QStringLiteral("loop");
    }
    Q_UNREACHABLE();
}

QString toWord(Phase phase)
{
    switch (phase) {
    case Phase::Queue:
        return QStringLiteral("queue");
    case Phase::Dns:
        return QStringLiteral("dns");
    case Phase::Connect:
        return QStringLiteral("connect");
    case Phase::Tls:
        return QStringLiteral("tls");
    case Phase::Headers:
        return QStringLiteral("headers");
    case Phase::Body:
        return QStringLiteral("body");
    }
    Q_UNREACHABLE();
}

template <>
std::optional<Outcome> fromWord<Outcome>(QStringView word)
{
    return named(word, Outcome::ClientCancelled);
}

template <>
std::optional<FailureClass> fromWord<FailureClass>(QStringView word)
{
    return named(word, FailureClass::Cancelled);
}

template <>
std::optional<Phase> fromWord<Phase>(QStringView word)
{
    return named(word, Phase::Body);
}

} // namespace qcc
