#include "core/base/print.h"

#include "core/base/visibletext.h"

#include <cstdio>

namespace qcc {

namespace {

void print(std::FILE *stream, const QString &line)
{
    const QByteArray bytes = (visibleLine(line) + u'\n').toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stream);
    std::fflush(stream);
}

} // namespace

void printOut(const QString &line)
{
    print(stdout, line);
}

void printError(const QString &line)
{
    print(stderr, line);
}

} // namespace qcc
