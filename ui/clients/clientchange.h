#pragma once

#include "ui/clients/clientwords.h"

#include <QWidget>

class QBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace qcc {

class ClientOptions;
class DiffView;
class MarkLabel;

/// What opens below a client's row: the change of its settings, line by line, before anything is changed, with what can be chosen beside it; or what is in the
/// way of them.
class ClientChange : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { Connect, Disconnect, Warnings };

    ClientChange(ClientProgram client, Kind kind, QWidget *parent = nullptr);

    Kind kind() const { return m_kind; }
    ClientProgram client() const { return m_client; }
    /// By qcc, so that connecting it follows what has changed.
    void setConnected(bool isConnected);
    /// Shown above the change; each is a sentence.
    void setWarnings(const QStringList &warnings);
    /// For what it is asked; then the button does it.
    void setChange(const ShownChange &change);
    /// It was not done, which is said until something else is chosen. Another change is to be shown, to be tried again.
    void setFailure(const QString &text);
    /// What is chosen now.
    ClientExtras extras() const;
    /// Where the keys go first.
    void takeFocus();

Q_SIGNALS:
    /// Another change is to be shown, for these.
    void extrasChosen(const qcc::ClientExtras &extras);
    void confirmed();
    void cancelled();
    /// Of warnings: to undo what they are about.
    void disconnectWanted();
    /// Of what is connected: to change what it is asked for, and leave it connected.
    void optionsWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void addBody();
    void addFoot();
    void arrange();
    void say(const QString &text, bool isFailure);
    void sayWhatStays(const ShownChange &change);
    void dress();

    const ClientProgram m_client;
    const Kind m_kind;
    QWidget *m_body;
    QVBoxLayout *m_warnings;
    QBoxLayout *m_beside; ///< The change and the options.
    DiffView *m_diff = nullptr; ///< Null where there is no change to show.
    ClientOptions *m_options = nullptr; ///< Null where there are none.
    MarkLabel *m_mark;
    QLabel *m_words;
    bool m_isShown = false; ///< A change was.
    QStringList m_warned;
    QList<QLabel *> m_warningWords;
    bool m_isFailure = false; ///< What is said.
    bool m_hasFailed = false; ///< It was tried, and what came of it is said.
    QPushButton *m_cancel;
    QPushButton *m_confirm;
};

} // namespace qcc
