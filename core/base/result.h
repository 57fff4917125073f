#pragma once

#include <QString>

#include <cassert>
#include <utility>
#include <variant>

namespace qcc {

/// Why an operation failed. Closed: a new reason is a new enumerator, never a text to parse.
enum class ErrorCode {
    Failed,          ///< Anything that has no reason of its own.
    Usage,           ///< The caller asked for something that makes no sense.
    NotFound,        ///< A named thing does not exist.
    AlreadyExists,   ///< A named thing exists already.
    InvalidConfig,   ///< config.json does not parse or validate.
    ConfigUnreadable,///< config.json cannot be read.
    WriteFailed,     ///< A file could not be written; the old one is whole.
    PortInUse,       ///< Another program listens on the port.
    AlreadyRunning,  ///< qcc itself listens there already.
    NotRunning,      ///< No proxy answers.
    NotAllowed,      ///< The system or a rule of qcc forbids it.
    Timeout,         ///< Nothing happened in time.
};

/// Stable lower-case words for JSON and scripts ("not_running").
QString toWord(ErrorCode code);
/// The code of `word`; Failed for a word that this version does not know.
ErrorCode errorCodeFromWord(QStringView word);

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
