#include "core/http/http2session.h"

namespace qcc {

struct Http2Session::Library {
};

bool Http2Session::isBuiltIn()
{
    return false;
}

Http2Session::Http2Session(Events &, qint32) { Q_UNREACHABLE(); }
Http2Session::~Http2Session() = default;

bool Http2Session::receive(QByteArrayView)
{
    return false;
}

QByteArray Http2Session::takeOutput(qsizetype)
{
    return {};
}

bool Http2Session::hasOutput() const
{
    return false;
}

bool Http2Session::isOver() const
{
    return true;
}

const QByteArray &Http2Session::problem() const
{
    static const QByteArray none;
    return none;
}

std::optional<Http2Session::Stream> Http2Session::request(const HeaderList &, bool, bool (*)(QByteArrayView))
{
    return std::nullopt;
}

void Http2Session::consume(Stream, qsizetype) { }
void Http2Session::resumeUpload(Stream) { }
void Http2Session::reset(Stream, Code) { }
void Http2Session::ping() { }
void Http2Session::finish() { }

bool Http2Session::isSettled() const
{
    return false;
}

quint32 Http2Session::maxStreams() const
{
    return 0;
}

bool Http2Session::takesNoMore() const
{
    return true;
}

std::optional<quint32> Http2Session::takenInAll() const
{
    return std::nullopt;
}

} // namespace qcc
