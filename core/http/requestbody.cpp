#include "core/http/requestbody.h"

#include "core/base/systemresources.h"
#include "core/http/jsonreader.h"

#include <algorithm>
#include <cstring>

namespace qcc {

namespace {

/// Room for a body that comes in pieces begins with this, and becomes so many times as much as is needed: what is not written to costs nothing, and so
/// what is here is moved two or three times at most.
constexpr qint64 firstRoom = 16 * 1024;
constexpr qint64 growth = 8;

const QByteArray noMemory("too many request bodies are held in memory; try again in a moment");

/// Whether `bytes` are much of their array, so that what is counted is not far from what is used. Raw data, which is another's, has no capacity.
bool fillTheirArray(const QByteArray &bytes)
{
    return bytes.capacity() >= bytes.size() && bytes.capacity() <= 2 * bytes.size();
}

} // namespace

QList<MemberScan::Found> modelsIn(QByteArrayView json)
{
    QList<MemberScan::Found> found;
    JsonReader reader(json);
    while (const auto member = reader.nextMember()) {
        if (isKey(member->key, "model") && member->value.length <= MemberScan::longestValue && json[member->value.at] == '"')
            found.append({member->value.at, json.sliced(member->value.at, member->value.length).toByteArray()});
    }
    return found;
}

RequestBody::RequestBody(BodyStore &store, std::optional<qint64> announced)
    : m_store(store)
    , m_announced(announced)
{
}

RequestBody::~RequestBody()
{
    m_store.giveBack(m_held);
}

bool RequestBody::fail(QByteArray problem)
{
    m_problem = std::move(problem);
    return false;
}

bool RequestBody::reserve()
{
    if (m_announced && *m_announced > BodyStore::mostInMemory)
        return openFile();
    // Room in pages of its own costs nothing until the body comes.
    return m_announced.value_or(0) < MemoryBlock::pagesFrom || makeRoom(*m_announced) || fail(noMemory);
}

bool RequestBody::append(QByteArrayView bytes)
{
    if (!m_problem.isEmpty())
        return false;
    if (bytes.isEmpty())
        return true;
    if (isInFile()) {
        m_latest.clear();
        // What does not fit is only not known.
        if (m_held == m_size && m_held < keptBeginning)
            keep(bytes.first(std::min(bytes.size(), static_cast<qsizetype>(keptBeginning - m_held))));
        if (!write(bytes))
            return false;
    } else if (m_size + bytes.size() > BodyStore::mostInMemory || !keep(bytes)) {
        // Nobody knows how long it will get: rather to the disk early than not at all.
        if (m_announced)
            return fail(noMemory);
        if (!goToFile() || !write(bytes))
            return false;
    }
    m_size += bytes.size();
    return true;
}

bool RequestBody::adopt(QByteArray bytes)
{
    const bool isAll = m_size == 0 && m_announced.value_or(bytes.size()) == bytes.size() && m_problem.isEmpty();
    if (isAll && bytes.size() <= BodyStore::mostInMemory && fillTheirArray(bytes) && m_store.take(bytes.size())) {
        m_size = m_held = bytes.size();
        m_adopted = std::move(bytes);
        return true;
    }
    if (!append(bytes))
        return false;
    if (isInFile())
        m_latest = std::move(bytes);
    return true;
}

bool RequestBody::keep(QByteArrayView bytes)
{
    const qint64 size = m_held + bytes.size();
    if (!makeRoom(size) || !m_store.take(bytes.size()))
        return false;
    std::memcpy(m_memory.data() + m_held, bytes.data(), static_cast<std::size_t>(bytes.size()));
    m_held = size;
    return true;
}

bool RequestBody::makeRoom(qint64 size)
{
    if (m_memory.size() >= size)
        return true;
    const qint64 most = isInFile() ? keptBeginning : m_announced.value_or(BodyStore::mostInMemory);
    const qint64 ahead = std::min<qint64>(std::max(growth * size, firstRoom), MemoryBlock::pagesFrom - 1);
    MemoryBlock larger(static_cast<qsizetype>(size < MemoryBlock::pagesFrom ? std::min(ahead, most) : most));
    if (larger.isNull())
        return false;
    if (m_held > 0)
        std::memcpy(larger.data(), beginning().data(), static_cast<std::size_t>(m_held));
    m_memory = std::move(larger);
    m_adopted.clear();
    return true;
}

bool RequestBody::openFile()
{
    const QString problem = mayOpenForRequest() ? m_file.open(m_store.folder()) : QStringLiteral("file descriptors run short");
    return problem.isEmpty() || fail("the request's body cannot be kept on the disk: " + problem.toUtf8());
}

bool RequestBody::goToFile()
{
    if (!openFile() || !write(beginning()))
        return false;
    // The beginning stays.
    const qint64 kept = std::min<qint64>(m_held, keptBeginning);
    MemoryBlock block(static_cast<qsizetype>(kept));
    if (!block.isNull())
        std::memcpy(block.data(), beginning().data(), static_cast<std::size_t>(kept));
    m_store.giveBack(m_held - (block.isNull() ? 0 : kept));
    m_held = block.isNull() ? 0 : kept;
    m_memory = std::move(block);
    m_adopted.clear();
    return true;
}

bool RequestBody::write(QByteArrayView bytes)
{
    if (const QString problem = m_file.append(bytes); !problem.isEmpty())
        return fail("the request's body cannot be kept on the disk: " + problem.toUtf8());
    m_scan.feed(bytes);
    return true;
}

QList<MemberScan::Found> RequestBody::models() const
{
    return isInFile() ? m_scan.found() : modelsIn(beginning());
}

qint64 RequestBody::read(qint64 position, char *into, qint64 most) const
{
    const bool isLatest = position >= latestBegins();
    const qint64 length = std::min(most, (isLatest ? m_size : latestBegins()) - position);
    if (length <= 0)
        return 0;
    if (isInFile() && !isLatest)
        return m_file.read(position, into, length);
    const char *from = isInFile() ? m_latest.constData() + (position - latestBegins()) : beginning().data() + position;
    std::memcpy(into, from, static_cast<std::size_t>(length));
    return length;
}

std::optional<QByteArray> RequestBody::take(qint64 position, qint64 most)
{
    // Once it is on its way, who tries next finds it on the disk.
    if (!m_latest.isEmpty() && position == latestBegins())
        return std::exchange(m_latest, QByteArray());
    if (!m_adopted.isEmpty() && position == 0 && m_adopted.size() <= most)
        return m_adopted;
    QByteArray bytes(static_cast<qsizetype>(std::min(most, m_size - position)), Qt::Uninitialized);
    const qint64 got = read(position, bytes.data(), bytes.size());
    if (got < 0)
        return std::nullopt;
    bytes.truncate(static_cast<qsizetype>(got));
    return bytes;
}

BodyReader::BodyReader(std::shared_ptr<RequestBody> body, QList<BodyPatch> patches, QObject *parent)
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

std::optional<QByteArray> BodyReader::take(qint64 most)
{
    if (isDone())
        return std::nullopt;
    const bool isPatched = m_patch < m_patches.size() && m_patches.at(m_patch).at < m_next + most;
    if (!isPatched) {
        std::optional<QByteArray> bytes = m_body->take(m_next, most);
        m_next += bytes ? bytes->size() : 0;
        return bytes;
    }
    // Where another model's name comes it is put together: pieces of a few bytes would be sent one by one.
    QByteArray bytes(static_cast<qsizetype>(most), Qt::Uninitialized);
    const qint64 got = read(bytes.data(), most);
    if (got < 0)
        return std::nullopt;
    bytes.truncate(static_cast<qsizetype>(got));
    return bytes;
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
