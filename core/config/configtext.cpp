#include "core/config/configtext.h"

#include "core/base/files.h"
#include "core/base/replacefile.h"
#include "core/config/homeowner.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

namespace qcc {

namespace {

Result<std::optional<QByteArray>> textOf(const QString &path)
{
    if (!QFileInfo::exists(path)) {
        const QString closed = closedProblem(path, QFileInfo(path).absolutePath());
        if (closed.isEmpty())
            return std::optional<QByteArray>();
        return Failure{ErrorCode::ConfigUnreadable, closed, {}};
    }
    QFile file;
    QString wrong = fileOwnerProblem(path);
    const Result<void> opened = wrong.isEmpty() ? openOrdinary(path, file) : Result<void>();
    // Once more of the file itself: another may have taken its name.
    if (wrong.isEmpty() && file.isOpen())
        wrong = fileOwnerProblem(file, path);
    if (!wrong.isEmpty())
        return Failure{ErrorCode::NotAllowed, wrong, {}};
    const QByteArray text = file.isOpen() ? file.readAll() : QByteArray();
    if (opened && file.error() == QFileDevice::NoError)
        return std::optional<QByteArray>(text);
    return Failure{ErrorCode::ConfigUnreadable,
                   QStringLiteral("%1 cannot be read: %2.").arg(path, opened ? file.errorString() : opened.error().message),
                   QStringLiteral("Check its permissions.")};
}

bool isWhole(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).isObject();
}

} // namespace

Result<std::optional<QByteArray>> readConfigText(const QString &path)
{
    Result<std::optional<QByteArray>> text = textOf(path);
    if (!text || !*text || isWhole(**text))
        return text;
    // A beginning is no whole text: it is being written over, or was when the computer ended.
    if (const QString copy = wholeCopyOf(path); !copy.isEmpty()) {
        const Result<std::optional<QByteArray>> whole = textOf(copy);
        if (whole && *whole)
            return whole;
        text = textOf(path); // which is whole by now
    }
    return text;
}

} // namespace qcc
