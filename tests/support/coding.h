#pragma once

#include <QByteArray>
#include <QList>

namespace qcc::test {

/// What the bodies of tests can be compressed with, by the names of Content-Encoding, and two more: "deflate-raw", which some servers mean by
/// deflate, and "gzip-members", two gzip members in a row. br and zstd only where the test was built with their libraries.
QList<QByteArray> codings();

/// The word for Content-Encoding.
QByteArray contentCoding(const QByteArray &coding);

/// `bytes` compressed; all of them can be read though the coding is not `finished`.
QByteArray coded(const QByteArray &coding, const QByteArray &bytes, bool finished = true);

} // namespace qcc::test
