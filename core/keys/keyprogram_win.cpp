#include "core/keys/keyprogram.h"

namespace qcc {

void KeyProgram::beginGroup(QProcess &) { }

void KeyProgram::endGroup(QProcess &process)
{
    process.kill();
}

} // namespace qcc
