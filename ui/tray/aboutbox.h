#pragma once

#include <QMessageBox>

namespace qcc {

/// Name, version, licence. Not modal; deletes itself when closed.
class AboutBox : public QMessageBox
{
    Q_OBJECT

public:
    explicit AboutBox(QWidget *parent = nullptr);
};

} // namespace qcc
