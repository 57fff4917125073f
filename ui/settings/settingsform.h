#pragma once

#include <QList>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace qcc {

class SettingField;

/// One column of settings below section titles, that can be searched.
class SettingsForm : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsForm(QWidget *parent = nullptr);

    void addSection(const QString &title);
    /// `label` may be empty, where the editor says itself what it is. `key` is found by the search, too.
    void addField(const QString &label, SettingField *field, const QString &key = {});
    /// A row that is there only at times, and not in the beginning.
    void addNote(QWidget *note);
    void setNoteVisible(QWidget *note, bool visible);

    /// Shows only what holds `text`, in any letter case, and all of a section whose title does.
    void filter(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Row {
        QWidget *widget = nullptr;
        QString words;           ///< What the search looks at.
        QLabel *title = nullptr; ///< Of its section.
        QLabel *label = nullptr; ///< Null where there is none.
        bool wanted = true;
    };
    void dress();
    void showRows();

    // No QFormLayout, which gives wrapped texts less height than they need.
    QGridLayout *m_grid;
    QList<QLabel *> m_titles;
    QList<Row> m_rows;
    QString m_filter;
    QLabel *m_nothing;
};

/// `label` without mnemonic and colon.
QString plainLabel(QString label);

} // namespace qcc
