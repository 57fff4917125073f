#pragma once

#include <QList>
#include <QString>

class QSslCertificate;

namespace qcc {

/// What can be wrong with a file of certificate authorities that an endpoint trusts besides this computer's own.
enum class CaFileFault { None, NotAbsolute, Missing, Unreadable, TooLarge, NoCertificate, DamagedCertificate };

/// Reads `path` (PEM) and puts what it holds into `certificates` where that is given.
CaFileFault readCaFile(const QString &path, QList<QSslCertificate> *certificates = nullptr);

/// The fault in words that follow the file's name ("does not exist"); empty for none.
QString toText(CaFileFault fault);

} // namespace qcc
