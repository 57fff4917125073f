#include "core/http/bodyreader.h"

#include <algorithm>
#include <cstring>

namespace qcc {

BodyReader::BodyReader(std::shared_ptr<const RequestBody> body, QList<BodyPatch> patches, QObject *parent)
    : QIODevice(parent)
    , m_body(std::move(body))
    , m_patches(std::move(patches))
{
    Q_ASSERT(m_patches.isEmpty() || m_body->isComplete());
    open(ReadOnly | Unbuffered);
}

qint64 BodyReader::size() const
{
    const std::optional<qint64> size = m_body->finalSize();
    if (!size)
        return -1;
    qint64 sum = *size;
    for (const BodyPatch &patch : m_patches)
        sum += patch.bytes.size() - patch.length;
    return sum;
}

qint64 BodyReader::readData(char *data, qint64 max)
{
    qint64 done = 0;
    while (done < max) {
        const BodyPatch *patch = m_patch < m_patches.size() ? &m_patches.at(m_patch) : nullptr;
        if (patch && m_next == patch->at) {
            const qint64 take = std::min<qint64>(max - done, patch->bytes.size() - m_patchRead);
            std::memcpy(data + done, patch->bytes.constData() + m_patchRead, static_cast<std::size_t>(take));
            done += take;
            m_patchRead += take;
            if (m_patchRead < patch->bytes.size())
                break;
            m_next += patch->length;
            m_patchRead = 0;
            ++m_patch;
            continue;
        }
        const qint64 until = patch ? std::min(patch->at - m_next, max - done) : max - done;
        const qint64 got = m_body->read(m_next, data + done, until);
        if (got < 0) {
            setErrorString(QStringLiteral("the request's body cannot be read from the disk"));
            return -1;
        }
        m_next += got;
        done += got;
        if (got < until)
            break;
    }
    return done > 0 || !isDone() ? done : -1;
}

} // namespace qcc
