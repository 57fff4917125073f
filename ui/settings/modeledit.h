#pragma once

#include "core/config/config.h"

#include <QWidget>

class QComboBox;
class QLineEdit;

namespace qcc {

/// Which model requests go to: the one that the client asks for, or always one.
class ModelEdit : public QWidget
{
    Q_OBJECT

public:
    explicit ModelEdit(QWidget *parent = nullptr);

    ModelMode mode() const;
    QString name() const;
    void setModel(ModelMode mode, const QString &name);

Q_SIGNALS:
    void edited();
    void finished();

private:
    void showMode();

    QComboBox *m_mode;
    QLineEdit *m_name;
};

} // namespace qcc
