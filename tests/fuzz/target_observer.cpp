#include "tests/fuzz/fuzztarget.h"

#include "core/api/answerobserver.h"

#include <zlib.h>

#include <array>

namespace qcc::fuzz {

namespace {

constexpr qsizetype keptOfEvents = 200; // small, so that inputs are longer
constexpr std::array dialects = {Dialect::Anthropic, Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Gemini, Dialect::Unknown};
constexpr std::array<const char *, 4> types = {"text/event-stream", "application/json", "text/plain", ""};

AnswerHead headOf(const char *type, const char *encoding)
{
    AnswerHead head;
    head.status = 200;
    if (*type)
        head.headers.append(HeaderField{"Content-Type", type});
    if (*encoding)
        head.headers.append(HeaderField{"Content-Encoding", encoding});
    return head;
}

/// What an exchange asks of the observer.
struct Reading {
    Opening opening = Opening::Undecided;
    QString reason;
    AnswerObserver::Form form = AnswerObserver::Form::Undecided;
    bool content = false, error = false, end = false, final = false, readable = false;
    QByteArray errorData, breaks;
    TokenUsage usage;
    QString model;
    AnswerObserver::Verdict verdict = AnswerObserver::Verdict::Complete;
    QByteArray beginning;

    bool operator==(const Reading &) const = default;
};

Reading read(Dialect dialect, const AnswerHead &head, QByteArrayView body, Cuts::Way way)
{
    Cuts cuts(way, body);
    AnswerObserver observer({dialect, Purpose::Generate}, head, keptOfEvents);
    bool hadContent = false;
    for (qsizetype at = 0; at < body.size();) {
        const qsizetype size = cuts.next(body.size() - at);
        const qsizetype whole = observer.feed(body.sliced(at, size));
        QCC_HOLDS(whole >= 0 && whole <= size);
        QCC_HOLDS(observer.beginning().size() <= AnswerObserver::keptBeginning);
        // From Content on it stays.
        QCC_HOLDS(!hadContent || observer.opening() == Opening::Content);
        hadContent = observer.opening() == Opening::Content;
        at += size;
    }
    QCC_HOLDS(observer.bytes() == body.size());
    observer.finish();
    QCC_HOLDS((observer.opening() == Opening::Bad) == !observer.badReason().isEmpty());
    QCC_HOLDS(observer.errorData().size() <= JsonSieve::mostOfAll + JsonSieve::longestString);
    const TokenUsage usage = observer.usage();
    for (const auto &count : {usage.input, usage.output})
        QCC_HOLDS(!count || (*count >= 0 && *count <= 3'000'000'000'000));
    return {observer.opening(), observer.badReason(), observer.form(), observer.sawContent(), observer.sawError(), observer.sawEnd(),
            observer.sawFinal(), observer.isReadable(), observer.errorData(), observer.missingBreaks(), usage, observer.model(), observer.verdict(false),
            observer.beginning()};
}

QByteArray gzipped(QByteArrayView plain)
{
    z_stream z{};
    deflateInit2(&z, 1, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY); // the least memory: a quarter of a megabyte is slow to clear
    QByteArray in = plain.toByteArray();
    QByteArray out(static_cast<qsizetype>(deflateBound(&z, static_cast<uLong>(in.size()))), Qt::Uninitialized);
    z.next_in = reinterpret_cast<Bytef *>(in.data());
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef *>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.truncate(static_cast<qsizetype>(z.total_out));
    deflateEnd(&z);
    return out;
}

} // namespace

/// The first byte chooses the dialect and the type ('A' to 'T'), and whether the body goes on compressed ('a' to 't') or is taken for
/// compressed although it is not ('!' and the like).
void runObserver(QByteArrayView input)
{
    if (input.isEmpty())
        return;
    const auto choice = static_cast<unsigned char>(input.front());
    const Dialect dialect = dialects[(choice & 31) % dialects.size()];
    const char *type = types[(choice & 31) / dialects.size() % types.size()];
    const QByteArrayView body = input.sliced(1);

    if (choice < 64) {
        const AnswerHead head = headOf(type, choice & 1 ? "gzip" : "br");
        read(dialect, head, body, Cuts::Way::Whole);
        read(dialect, head, body, Cuts::Way::Anywhere);
        return;
    }
    const Reading whole = read(dialect, headOf(type, ""), body, Cuts::Way::Whole);
    QCC_HOLDS(whole == read(dialect, headOf(type, ""), body, Cuts::Way::Anywhere));
    if (choice >= 96)
        QCC_HOLDS(whole == read(dialect, headOf(type, "gzip"), gzipped(body), Cuts::Way::Anywhere));
}

} // namespace qcc::fuzz
