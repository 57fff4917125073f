#pragma once

#include "core/base/enumwords.h"

#include <QString>

#include <cassert>
#include <utility>
#include <variant>

namespace qcc {

/// Why an operation failed. Closed: a new reason is a new enumerator, never a text to parse.
/// Failed: anything that has no reason of its own. Usage: the caller asked for something that makes no sense. NotFound, AlreadyExists: of a named
/// thing. InvalidConfig: config.json does not parse or validate. ConfigUnreadable: it cannot be read. WriteFailed: a file could not be written;
/// the old one is whole. PortInUse: another program listens there. AlreadyRunning: qcc itself does. NotRunning: no proxy answers. NotAllowed:
/// the system or a rule of qcc forbids it. Timeout: nothing happened in time. Busy: somebody else holds what is needed; it may be free in a
/// moment.
#define QCC_ERROR_CODES(X)                   \
    X(Failed, "failed")                      \
    X(Usage, "usage")                        \
    X(NotFound, "not_found")                 \
    X(AlreadyExists, "already_exists")       \
    X(InvalidConfig, "invalid_config")       \
    X(ConfigUnreadable, "config_unreadable") \
    X(WriteFailed, "write_failed")           \
    X(PortInUse, "port_in_use")              \
    X(AlreadyRunning, "already_running")     \
    X(NotRunning, "not_running")             \
    X(NotAllowed, "not_allowed")             \
    X(Timeout, "timeout")                    \
    X(Busy, "busy")
QCC_ENUM_WITH_WORDS(ErrorCode, QCC_ERROR_CODES)

/// A failed operation: the reason, one English sentence, and what to do next.
struct Failure {
    ErrorCode code = ErrorCode::Failed;
    QString message; ///< One sentence; names what and where.
    QString hint;    ///< The next step; may be empty.
};

/// A value or the reason why there is none.
template <typename T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) { }
    Result(Failure failure) : m_state(std::in_place_index<1>, std::move(failure)) { }

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }
    const T &operator*() const & { assert(has_value()); return *std::get_if<0>(&m_state); }
    T &operator*() & { assert(has_value()); return *std::get_if<0>(&m_state); }
    T &&operator*() && { assert(has_value()); return std::move(*std::get_if<0>(&m_state)); }
    const T *operator->() const { assert(has_value()); return std::get_if<0>(&m_state); }
    T *operator->() { assert(has_value()); return std::get_if<0>(&m_state); }
    const Failure &error() const { assert(!has_value()); return *std::get_if<1>(&m_state); }

private:
    std::variant<T, Failure> m_state;
};

/// Success without a value, or the reason of failure.
template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Failure failure) : m_failure(std::move(failure)), m_ok(false) { }

    bool has_value() const { return m_ok; }
    explicit operator bool() const { return m_ok; }
    const Failure &error() const { assert(!m_ok); return m_failure; }

private:
    Failure m_failure;
    bool m_ok = true;
};

} // namespace qcc
