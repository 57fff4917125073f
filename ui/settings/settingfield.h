#pragma once

#include <QWidget>

class QLabel;

namespace qcc {

/// An editor, below it what it means, and what is wrong with what it holds.
class SettingField : public QWidget
{
    Q_OBJECT

public:
    /// `caption` may be empty.
    SettingField(QWidget *editor, const QString &caption, QWidget *parent = nullptr);

    QWidget *editor() const { return m_editor; }
    QString caption() const;
    /// What a screen reader calls the editor.
    void setName(const QString &name);
    /// Empty: nothing is wrong.
    void setFault(const QString &text);
    QString fault() const { return m_faultText; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void dress();
    void describe();

    QWidget *m_editor;
    QLabel *m_caption; ///< Null without a caption.
    QLabel *m_fault;
    QString m_faultText;
};

} // namespace qcc
