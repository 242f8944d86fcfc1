//! The state of the screen: messages in, effects out, a picture at any time. It touches nothing outside itself.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::Line;

use super::effect::Effect;
use super::keymap::{Action, Context, Scope, action_of};
use super::msg::{Msg, StepMsg, TypesMsg};
use super::page::chrome::{Footer, draw_footer, draw_header, draw_notice};
use super::page::ending::LessonEnd;
use super::page::home::HomePage;
use super::page::step::StepPage;
use super::parts::{contained, draw_line, wrap};
use super::popups::{Chosen, Closing, Confirmed, Palette, Popup};
use super::theme::Role;
use super::world::{Ask, SMALLEST, Spot, World};
use crate::domain::course::{Pack, StepRef};

/// How long a notice stands in the bar at the bottom.
const NOTICE_FOR: Duration = Duration::from_secs(4);
/// How long a notice stands for each of its characters, where that is longer.
const PER_CHARACTER: Duration = Duration::from_millis(60);

/// The screen.
#[derive(Debug)]
pub struct App {
    world: World,
    page: Page,
    popup: Option<Popup>,
    notice: Option<(String, Duration)>,
    /// Why nothing can be saved just now.
    unsaved: Option<String>,
}

#[derive(Debug)]
enum Page {
    Home(HomePage),
    Step(Box<StepPage>),
    End(LessonEnd),
}

impl App {
    /// Opens the list of lessons, or a step.
    pub fn new(
        mut world: World,
        start: Option<&StepRef>,
        notice: Option<String>,
    ) -> (Self, Vec<Effect>) {
        world.count();
        let spot = start.and_then(|name| {
            let spot = world.spot(name)?;
            let lesson_alone = name.step.is_empty();
            if lesson_alone { world.first_open_step(spot.track, spot.lesson) } else { Some(spot) }
        });
        let home = HomePage::new(&world, None);
        let mut app =
            Self { world, page: Page::Home(home), popup: None, notice: None, unsaved: None };
        if let Some(text) = notice {
            app.notify(text);
        }
        let effects = spot.map(|spot| app.resolve(vec![Ask::Open(spot)])).unwrap_or_default();
        (app, effects)
    }

    /// Takes what happened, and says what is to be done outside.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Clock(now) => self.clock(now),
            Msg::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Msg::Key(key) => self.key(key),
            Msg::Mouse(event) => self.mouse(event),
            Msg::Paste(text) => self.paste(text),
            Msg::Resized(width, height) => {
                self.world.size = Size { width, height };
                self.tell_step(StepMsg::Resized)
            }
            Msg::Job(job) => self.tell_step(StepMsg::Job(job)),
            Msg::Colored(found) => self.tell_step(StepMsg::Colored(found)),
            Msg::Typed(TypesMsg::Page(page)) => {
                match page {
                    Ok(page) => self.popup = Some(Popup::Rule(page, 0)),
                    Err(why) => self.notify(format!("This cannot be explained: {why}.")),
                }
                Vec::new()
            }
            Msg::Compiled(ticket, said) => self.tell_step(StepMsg::Compiled(ticket, said)),
            Msg::Typed(said) => self.tell_step(StepMsg::Typed(said)),
            Msg::DraftLoaded(step, text) => {
                if let Some(text) = &text {
                    self.world.drafts.entry(step.clone()).or_insert_with(|| text.clone());
                }
                self.tell_step(StepMsg::Draft(step, text))
            }
            Msg::EditedOutside(Ok(text)) => self.tell_step(StepMsg::EditedOutside(text)),
            Msg::EditedOutside(Err(why)) => {
                self.notify(why);
                Vec::new()
            }
            Msg::Reloaded(pack) => self.reload(pack),
            Msg::Noticed(text) => {
                self.notify(text);
                Vec::new()
            }
            Msg::SaveFailed(why) => {
                self.notify(why.clone());
                self.unsaved = Some(why);
                Vec::new()
            }
            Msg::DraftSaved(step) => {
                self.world.was_saved(&step);
                Vec::new()
            }
            Msg::SaveRecovered => {
                self.unsaved = None;
                self.world.saving.clear();
                Vec::new()
            }
            Msg::Terminated => self.quit(),
        }
    }

    /// When time alone changes something, if ever.
    pub fn next_deadline(&self) -> Option<Duration> {
        let page = match &self.page {
            Page::Step(page) => page.deadline(),
            Page::Home(_) | Page::End(_) => None,
        };
        let notice = self.notice.as_ref().map(|(_, until)| *until);
        page.into_iter().chain(notice).min()
    }

    fn clock(&mut self, now: Duration) -> Vec<Effect> {
        self.world.now = now;
        self.notice.take_if(|(_, until)| *until <= now);
        match &self.page {
            Page::Step(page) if page.deadline().is_some_and(|at| at <= now) => {
                self.tell_step(StepMsg::Tick)
            }
            _ => Vec::new(),
        }
    }

    fn tell_step(&mut self, msg: StepMsg) -> Vec<Effect> {
        let asks = match &mut self.page {
            Page::Step(page) => page.update(msg, &mut self.world),
            Page::End(page) => match msg {
                StepMsg::Act(action) => page.act(action, &self.world).into_iter().collect(),
                _ => Vec::new(),
            },
            Page::Home(_) => Vec::new(),
        };
        self.resolve(asks)
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        self.notice = None;
        let action = action_of(key, self.context());
        if action == Some(Action::Quit) {
            return self.quit();
        }
        if let Some(popup) = &mut self.popup {
            let closing = popup.key(key, screen(self.world.size), &self.world.theme);
            return self.closed(closing);
        }
        match action {
            Some(action) => self.act(action),
            None => self.page_key(key),
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Quit => return self.quit(),
            Action::Stop => return self.stop(),
            Action::Suspend => return self.suspend(),
            Action::Home => return self.resolve(vec![Ask::Home(self.spot())]),
            Action::Back if self.home_back() => {}
            Action::Help => self.popup = Some(Popup::Help(self.context().scope, 0)),
            Action::Palette => {
                let palette = Palette::new(self.context().scope, &self.world.pack);
                self.popup = Some(Popup::Palette(Box::new(palette)));
            }
            action => return self.tell_step(StepMsg::Act(action)),
        }
        Vec::new()
    }

    fn choose(&mut self, chosen: Chosen) -> Vec<Effect> {
        match chosen {
            Chosen::Do(action) => self.act(action),
            Chosen::Lesson(at) => {
                let spot = self.world.first_open_step(at.track, at.lesson);
                self.resolve(spot.map(Ask::Open).into_iter().collect())
            }
            Chosen::Step(spot) => self.resolve(vec![Ask::Open(spot)]),
        }
    }

    /// What stands before the page takes what is pasted, or keeps it from the page.
    fn paste(&mut self, text: String) -> Vec<Effect> {
        match &mut self.popup {
            None => return self.tell_step(StepMsg::Paste(text)),
            Some(Popup::Palette(palette)) => palette.paste(&text),
            Some(_) => {}
        }
        Vec::new()
    }

    fn closed(&mut self, closing: Closing) -> Vec<Effect> {
        if closing != Closing::Stays {
            self.popup = None;
        }
        match closing {
            Closing::Yes(Confirmed::Quit) => self.quit(),
            Closing::Chose(chosen) => self.choose(chosen),
            Closing::Yes(what) => self.tell_step(StepMsg::Confirmed(what)),
            Closing::Stays | Closing::Closes => Vec::new(),
        }
    }

    fn page_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let asks = match &mut self.page {
            Page::Home(_) if key.code == KeyCode::Char('q') => {
                self.popup = Some(Popup::quit(self.unsaved.as_deref()));
                Vec::new()
            }
            Page::Home(page) => page.key(key, &self.world),
            Page::End(page) => page.key(key, &self.world).into_iter().collect(),
            Page::Step(page) => page.update(StepMsg::Key(key), &mut self.world),
        };
        self.resolve(asks)
    }

    /// On the list of lessons, Escape goes back to the tracks and then asks whether to quit.
    fn home_back(&mut self) -> bool {
        let Page::Home(page) = &mut self.page else { return false };
        if !page.back() {
            self.popup = Some(Popup::quit(self.unsaved.as_deref()));
        }
        true
    }

    fn mouse(&mut self, event: crossterm::event::MouseEvent) -> Vec<Effect> {
        if let Some(popup) = &self.popup {
            let pressed = event.kind == MouseEventKind::Down(MouseButton::Left);
            let closing = pressed.then(|| popup.click(event.row, screen(self.world.size)));
            return closing.map_or_else(Vec::new, |closing| self.closed(closing));
        }
        let body = self.world.body();
        let asks = match &mut self.page {
            Page::Home(page) => page.mouse(event, body, &self.world),
            Page::End(page) => page.mouse(event, body, &self.world).into_iter().collect(),
            Page::Step(page) => page.update(StepMsg::Mouse(event), &mut self.world),
        };
        self.resolve(asks)
    }

    /// Stops what runs; or copies what is selected; or asks whether to quit.
    fn stop(&mut self) -> Vec<Effect> {
        if let Page::Step(page) = &self.page {
            if page.is_busy() {
                return vec![Effect::StopRun];
            }
            if page.has_selection() {
                let copy = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
                return self.tell_step(StepMsg::Key(copy));
            }
        }
        self.popup = Some(Popup::quit(self.unsaved.as_deref()));
        Vec::new()
    }

    fn suspend(&mut self) -> Vec<Effect> {
        let mut effects = self.saved();
        effects.push(Effect::Suspend);
        effects
    }

    fn quit(&mut self) -> Vec<Effect> {
        let mut effects = self.saved();
        effects.push(Effect::Quit);
        effects
    }

    /// What is to be saved before anything else happens.
    fn saved(&mut self) -> Vec<Effect> {
        match &mut self.page {
            Page::Step(page) => {
                let asks = page.update(StepMsg::Act(Action::Save), &mut self.world);
                let asks = asks.into_iter().filter(|ask| matches!(ask, Ask::Do(_))).collect();
                self.resolve(asks)
            }
            Page::Home(_) | Page::End(_) => Vec::new(),
        }
    }

    fn notify(&mut self, text: String) {
        // What is long takes longer to read.
        let reading = PER_CHARACTER * u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.notice = Some((text, self.world.now + NOTICE_FOR.max(reading)));
    }

    /// Carries out what concerns the screen itself, and hands on the rest.
    fn resolve(&mut self, asks: Vec<Ask>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for ask in asks {
            match ask {
                Ask::Do(effect) => effects.push(effect),
                Ask::Record(what) => {
                    self.world.record(&what);
                    effects.push(Effect::Append(what));
                }
                Ask::Tell(text) => self.notify(text),
                Ask::Confirm(confirm) => self.popup = Some(Popup::Confirm(confirm)),
                Ask::Open(spot) => effects.extend(self.open(spot)),
                Ask::Home(at) => effects.extend(self.go_home(at)),
                Ask::LessonEnd(spot) => {
                    effects.extend(self.left());
                    self.page = Page::End(LessonEnd::new(spot));
                }
                // A step turns this into a place before it comes here.
                Ask::GoOn => {}
            }
        }
        effects
    }

    fn open(&mut self, spot: Spot) -> Vec<Effect> {
        let mut effects = self.left();
        if let Some((page, asks)) = StepPage::open(spot, &mut self.world) {
            self.page = Page::Step(Box::new(page));
            effects.extend(self.resolve(asks));
        }
        effects
    }

    /// Shows another text of the pack, at the same step; where that is as it was, nothing moves.
    fn reload(&mut self, pack: Arc<Pack>) -> Vec<Effect> {
        let mut effects = self.saved();
        let at = self.spot().and_then(|spot| {
            let (_, lesson, step) = self.world.find(spot)?;
            Some((StepRef::new(&*lesson.id, &*step.id), step.clone()))
        });
        self.world.pack = pack;
        self.world.count();
        let Some((name, before)) = at else {
            // The list of lessons holds nothing that is worth keeping.
            self.page = Page::Home(HomePage::new(&self.world, None));
            return effects;
        };
        let Some(spot) = self.world.spot(&name) else {
            self.page = Page::Home(HomePage::new(&self.world, None));
            self.notify(format!("The pack has no lesson {} any more.", name.lesson));
            return effects;
        };
        let is_same = self.world.find(spot).is_some_and(|(_, _, step)| *step == before);
        match &mut self.page {
            Page::Step(page) if is_same => page.spot = spot,
            Page::End(page) => page.spot = spot,
            _ => {
                if let Some((page, asks)) = StepPage::open(spot, &mut self.world) {
                    self.page = Page::Step(Box::new(page));
                    effects.extend(self.resolve(asks));
                }
                self.notify("The lesson was read anew.".to_owned());
            }
        }
        effects
    }

    fn go_home(&mut self, at: Option<Spot>) -> Vec<Effect> {
        let effects = self.left();
        self.page = Page::Home(HomePage::new(&self.world, at));
        effects
    }

    fn left(&mut self) -> Vec<Effect> {
        self.tell_step(StepMsg::Left)
    }

    fn spot(&self) -> Option<Spot> {
        match &self.page {
            Page::Home(_) => None,
            Page::Step(page) => Some(page.spot),
            Page::End(page) => Some(page.spot),
        }
    }

    fn context(&self) -> Context {
        match &self.page {
            Page::Home(_) => Context { scope: Scope::Home, typing: false },
            Page::Step(page) => page.context(),
            Page::End(_) => Context { scope: Scope::End, typing: false },
        }
    }

    /// The size that it is drawn for, in columns and rows.
    pub fn size(&self) -> Size {
        self.world.size
    }

    /// Draws everything, and says where the cursor stands.
    pub fn view(&self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let theme = &self.world.theme;
        buf.set_style(area, theme.style(Role::Ground));
        if area.width < SMALLEST.width || area.height < SMALLEST.height {
            view_too_small(area, buf);
            return None;
        }
        let (header, body, footer) = bars(area);
        draw_header(self.spot(), header, buf, &self.world);
        contained("the page", body, buf, theme, |buf| match &self.page {
            Page::Home(page) => page.view(body, buf, &self.world),
            Page::Step(page) => page.view(body, buf, &self.world),
            Page::End(page) => page.view(body, buf, &self.world),
        });
        self.view_footer(footer, buf);
        if let Some(popup) = &self.popup {
            popup.view(area, buf, theme);
            return popup.cursor(area).filter(|at| area.contains(*at));
        }
        let Page::Step(page) = &self.page else { return None };
        page.cursor(body, &self.world).filter(|at| area.contains(*at))
    }

    fn view_footer(&self, area: Rect, buf: &mut Buffer) {
        let suggested = match &self.page {
            Page::Home(_) => None,
            Page::Step(page) => page.suggested(&self.world),
            Page::End(_) => Some(Action::Next),
        };
        let remark = match &self.page {
            Page::Step(page) => page.remark(),
            Page::Home(_) | Page::End(_) => None,
        };
        let footer = Footer {
            context: self.context(),
            suggested,
            remark: remark.as_deref(),
            unsaved: self.unsaved.is_some(),
        };
        draw_footer(&footer, area, buf, &self.world);
        if let Some((text, _)) = &self.notice {
            draw_notice(text, area, buf, &self.world.theme);
        }
    }
}

/// The whole screen.
fn screen(size: Size) -> Rect {
    Rect::new(0, 0, size.width, size.height)
}

/// The bar at the top, the page, the bar at the bottom.
pub(super) fn bars(area: Rect) -> (Rect, Rect, Rect) {
    let header = Rect { height: area.height.min(1), ..area };
    let footer = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    (header, body, footer)
}

/// Says in a sentence what is missing.
fn view_too_small(area: Rect, buf: &mut Buffer) {
    let Size { width, height } = SMALLEST;
    let text = format!(
        "pykata needs a terminal of {width} columns and {height} rows; this one has {} and {}. \
         Make it larger, or leave with Ctrl-Q.",
        area.width, area.height
    );
    let lines = wrap(&text, usize::from(area.width));
    let above = usize::from(area.height).saturating_sub(lines.len()) / 2;
    for (row, line) in area.rows().skip(above).zip(lines) {
        draw_line(Line::raw(line).centered(), row, buf);
    }
}
