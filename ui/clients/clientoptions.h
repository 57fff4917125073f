#pragma once

#include "core/clients/clientwishes.h"

#include <QHash>
#include <QList>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace qcc {

/// What a client can be asked for beside qcc's address: each off, with a line that says what it changes.
class ClientOptions : public QWidget
{
    Q_OBJECT

public:
    explicit ClientOptions(ClientProgram client, QWidget *parent = nullptr);

    /// Whether there is anything to choose for `client`.
    static bool existFor(ClientProgram client);

    ClientExtras extras() const;
    /// Nothing is signalled.
    void setExtras(const ClientExtras &extras);

Q_SIGNALS:
    /// By the user.
    void changed(const qcc::ClientExtras &extras);

protected:
    void changeEvent(QEvent *event) override;

private:
    QCheckBox *addChoice(const QString &name, const QString &meaning);
    void addModels();
    void dress();

    QCheckBox *m_hints = nullptr; ///< Those that are none of this client's are null.
    QCheckBox *m_toolSearch = nullptr;
    QCheckBox *m_keepLogin = nullptr;
    QCheckBox *m_models = nullptr;
    QCheckBox *m_openAi = nullptr;
    QWidget *m_modelFields = nullptr;
    QHash<QString, QLineEdit *> m_modelOf; ///< By its class.
    QList<QLabel *> m_meanings;
};

} // namespace qcc
