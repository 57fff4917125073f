#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace qcc {

class MarkLabel;

/// A row: what a setting is called and what it means at the left, its editor at the right. What is wrong with what the editor holds, or what should be
/// known of it, stands in place of the meaning, so that a row mostly keeps its height.
class SettingField : public QWidget
{
    Q_OBJECT

public:
    /// `caption` may be empty. An editor without a name for screen readers gets `label`.
    SettingField(const QString &label, QWidget *editor, const QString &caption = {}, QWidget *parent = nullptr);

    QWidget *editor() const { return m_editor; }
    /// The part of it that keys change, where it has several.
    QWidget *keyed() const;
    QString label() const;
    QString caption() const { return m_captionText; }
    /// Empty: nothing is wrong.
    void setFault(const QString &text);
    QString fault() const { return m_faultText; }
    /// Empty: nothing. `withStep`: with the button of setStep().
    void setNotice(const QString &text, bool withStep = true);
    QString notice() const { return m_noticeText; }
    /// A button before the editor that does something about a notice.
    void setStep(QPushButton *step);

protected:
    void changeEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    void showWords();
    void dress();
    void describe();

    QLabel *m_label;
    QWidget *m_editor;
    MarkLabel *m_mark;
    QVBoxLayout *m_markColumn;
    QLabel *m_words;
    QHBoxLayout *m_row;
    QPushButton *m_step = nullptr;
    QString m_captionText;
    QString m_faultText;
    QString m_noticeText;
};

} // namespace qcc
