#include "core/base/commitfile.h"

#include <QSaveFile>

namespace qcc {

bool commitFile(QSaveFile &file)
{
    if (file.flush() && file.error() == QFileDevice::NoError)
        return file.commit();
    return false;
}

} // namespace qcc
