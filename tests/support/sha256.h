#pragma once

#include <QByteArray>

#include <memory>

struct evp_md_ctx_st;

namespace qcc::test {

/// SHA-256 by OpenSSL: under a sanitizer Qt's own takes minutes for the large bodies.
class Sha256
{
public:
    Sha256();

    void reset();
    void addData(QByteArrayView bytes);
    QByteArray toHex();

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st *)> m_context;
};

} // namespace qcc::test
