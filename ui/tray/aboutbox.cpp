#include "ui/tray/aboutbox.h"

#include <QIcon>
#include <QLabel>

namespace qcc {

AboutBox::AboutBox(QWidget *parent)
    : QMessageBox(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setModal(false);
    setWindowTitle(tr("About qcc"));
    setIconPixmap(QIcon(QStringLiteral(":/icons/qcc.svg")).pixmap(64, 64));
    setText(QStringLiteral("qcc %1").arg(QLatin1StringView(QCC_VERSION)));
    setInformativeText(tr("One stable local address for AI coding clients.\n\n"
                          "Free software under the GNU General Public License, version 3, without any warranty."));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    // setTextFormat() leaves the informative text out.
    const QList<QLabel *> labels = findChildren<QLabel *>();
    for (QLabel *label : labels)
        label->setTextFormat(Qt::PlainText);
}

} // namespace qcc
