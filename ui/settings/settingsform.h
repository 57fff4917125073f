#pragma once

#include <QList>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace qcc {

class SettingField;

/// A setting, for who looks for it elsewhere.
struct SettingPlace {
    QString section;
    QString label;
    QString key; ///< Words that are not to be seen, such as its key in config.json.
};

/// One column of settings in a card for each section, that can be searched.
class SettingsForm : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsForm(QWidget *parent = nullptr);

    void addSection(const QString &title);
    /// `key` is found by the search, too.
    void addField(SettingField *field, const QString &key = {});

    /// Shows only what holds `text`, in any letter case, and all of a section whose title does.
    void filter(const QString &text);

    /// All, in the order of the page.
    QList<SettingPlace> places() const;
    SettingField *field(qsizetype place) const { return m_rows.at(place).field; }

    QStringList sections() const;
    bool shows(int section) const;
    /// Where its title begins.
    int topOf(int section) const;
    /// What stands at height `y`: the last of those shown that begins there or above.
    int sectionAt(int y) const;

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Section {
        QLabel *title = nullptr;
        QWidget *card = nullptr;
    };
    struct Row {
        SettingField *field = nullptr;
        int section = 0;
        QString key;
        QString words; ///< What the search looks at.
    };
    void dress();

    QVBoxLayout *m_column;
    QList<Section> m_sections;
    QList<Row> m_rows;
    QLabel *m_nothing;
};

} // namespace qcc
