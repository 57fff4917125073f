#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <memory>

namespace qcc {

/// Undoes one content coding as its bytes arrive, in bounded memory. Source: RFC 9110 §8.4.1, RFC 9659.
class BodyDecoder
{
public:
    enum class State {
        Going,  ///< More is to come.
        Ended,  ///< The coding's own end has come. Another member or frame may follow, and is of the same body.
        Broken, ///< Not what it is said to be, or made to keep its reader busy.
    };
    /// Takes the plain bytes, in pieces of at most `piece`; returns false to hear no more.
    using Sink = std::function<bool(QByteArrayView plain)>;
    static constexpr qsizetype piece = 16 * 1024;

    /// A body may grow by this factor and the allowance. Text shrinks to a tenth or a twentieth, a bomb to a thousandth. What
    /// grows further is passed on unread.
    static constexpr qint64 mostGrowth = 200;
    static constexpr qint64 growthAllowance = 1024 * 1024;

    virtual ~BodyDecoder() = default;

    State feed(QByteArrayView coded, const Sink &sink);
    State state() const { return m_state; }

protected:
    virtual State decode(QByteArrayView coded, const Sink &sink) = 0;

private:
    State m_state = State::Going;
    qint64 m_coded = 0;
    qint64 m_plain = 0;
};

/// For gzip, deflate (with zlib's header or without), br and zstd, as far as this build knows them; null for any other coding.
std::unique_ptr<BodyDecoder> decoderFor(QByteArrayView coding);

/// By one library each; null where the build is without it.
std::unique_ptr<BodyDecoder> zlibDecoder(bool mayLackHeader);
std::unique_ptr<BodyDecoder> brotliDecoder();
std::unique_ptr<BodyDecoder> zstdDecoder();

} // namespace qcc
